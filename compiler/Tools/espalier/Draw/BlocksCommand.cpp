//===- BlocksCommand.cpp - espalier draw blocks -----------------------------===//
#include "compiler/Tools/Figures/BlockPattern.h"
#include "compiler/Tools/espalier/Draw/DrawCommands.h"
#include "compiler/Tools/espalier/NumberText.h"

namespace espalier::tool {

using namespace picture;

namespace {

struct BlocksFlags {
  PictureFlags picture;
  std::string ranks;
  int64_t positions = 0;
  std::optional<int64_t> levels;
  bool isCausal = false;
};

Result<void> drawBlocks(const BlocksFlags &flags) {
  if (Result<void> checked = checkPicturePath(flags.picture.output); !checked)
    return checked;
  if (Result<void> checked = flags.picture.check(); !checked)
    return checked;
  std::optional<std::vector<int64_t>> ranks = tupleIn(flags.ranks);
  if (!ranks || ranks->empty())
    return Error::of("--ranks: expected a rank for each level, like 8,4,2,2, got `{}`", flags.ranks);
  int64_t numLevels = flags.levels.value_or(static_cast<int64_t>(ranks->size()));
  if (numLevels != static_cast<int64_t>(ranks->size()))
    return Error::of("{} levels need as many ranks, got {}", numLevels, ranks->size());
  Result<Drawing> drawing = figures::blockPattern({flags.positions, *ranks, flags.isCausal}, flags.picture.isPlain);
  return drawing ? writeDrawing(flags.picture.output, *drawing) : drawing.error();
}

} // namespace

void addDrawBlocks(CLI::App &draw, Command &command) {
  CLI::App *blocks =
      draw.add_subcommand("blocks", "The block pattern, ranks and contraction lengths of a multi-level score");
  auto flags = std::make_shared<BlocksFlags>();
  blocks->add_option("--positions", flags->positions, "How many positions attend to each other")
      ->required()
      ->type_name("N");
  blocks->add_option("--ranks", flags->ranks, "The rank of each level, the coarsest first")
      ->required()
      ->type_name("R1,R2,..");
  blocks->add_option("--levels", flags->levels, "How many levels there are; by default as many as ranks")
      ->type_name("L");
  blocks->add_flag("--causal", flags->isCausal, "Position i attends to j <= i only");
  flags->picture.addOutput(*blocks, "FILE.png | FILE.svg");
  flags->picture.addPlain(*blocks);
  blocks->footer(
      R"(Level l cuts the positions into 2^(l-1) nested blocks. A pair contracts over the ranks of the levels at which it shares
a block (`shared_levels` of the language): near pairs over many entries, far ones over few.
Examples:
  espalier draw blocks --positions=64 --ranks=8,4,2,2 -o blocks.svg
  espalier draw blocks --positions=1024 --levels=8 --ranks=32,8,6,4,4,4,4,2 --causal -o blocks.png
)");
  blocks->callback([flags, &command] { command = [flags] { return drawBlocks(*flags); }; });
}

} // namespace espalier::tool
