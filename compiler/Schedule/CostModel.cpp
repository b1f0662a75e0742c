//===- CostModel.cpp - How long a visit takes, and what follows -------------===//
#include "compiler/Schedule/CostModel.h"

#include "runtime/ABI/ABI.h"

#include <algorithm>
#include <cmath>

namespace espalier::schedule {

/// A transcendental function of a vector in units of elementwise operations: a polynomial of degree 6 with its scaling.
constexpr double kTranscendentalOperations = 12;

VisitCost &VisitCost::operator+=(const VisitCost &other) {
  operations += other.operations;
  transcendental += other.transcendental;
  bytes += other.bytes;
  floatOperations += other.floatOperations;
  return *this;
}

int64_t lanes(const TargetDescription &target, int64_t elementBytes) {
  return std::max<int64_t>(1, target.vectorBytes / std::max<int64_t>(1, elementBytes));
}

/// Measured: 4 to 16 second caches on trees of any kind, one on perfect trees.
constexpr double kAbreastCaches = 8;

static int64_t blocksOf(int64_t points) { return (points + ESPALIER_BLOCK_WIDTH - 1) / ESPALIER_BLOCK_WIDTH; }

bool fillsBlocks(int64_t points) { return points > 0 && 4 * points >= 3 * blocksOf(points) * ESPALIER_BLOCK_WIDTH; }

bool fillsLanes(const PointsAbreast &points, bool haveLanes, const TargetDescription &target) {
  int64_t blocks = blocksOf(points.count);
  double room = double(target.secondCacheBytes) * (haveLanes ? 1 : kAbreastCaches);
  return fillsBlocks(points.count) && 2 * blocks >= target.cores && points.bytes <= room;
}

double nanoseconds(const VisitCost &visit, const TargetDescription &target, int64_t elementBytes) {
  double vectorOps =
      (visit.operations + visit.transcendental * kTranscendentalOperations) / lanes(target, elementBytes);
  return target.nanosecondsPerVisit +
         std::max(vectorOps / target.vectorOpsPerNanosecond, visit.bytes / target.bytesPerNanosecond);
}

int64_t grain(double nanosecondsPerTask, double wanted, int64_t most) {
  if (!(nanosecondsPerTask > 0))
    return most;
  double tasks = std::ceil(wanted / nanosecondsPerTask);
  return tasks >= double(most) ? most : std::max<int64_t>(1, int64_t(tasks));
}

RegisterBlock registerBlock(const TargetDescription &target) {
  // Two vectors per row hide the latency of a multiply-add; one register holds the broadcast element, one stays free.
  int64_t vectors = target.numVectorRegisters >= 8 ? 2 : 1;
  int64_t rows = (target.numVectorRegisters - vectors - 2) / vectors;
  return {std::max<int64_t>(1, rows), vectors};
}

double trafficPerPoint(const PointBytes &bytes, int64_t together, const TargetDescription &target) {
  double near = double(target.nearCacheBytes);
  double shared = bytes.shared > near / 2 ? bytes.shared / double(together) : 0;
  double own = double(together) * bytes.own > near ? bytes.own : 0;
  return shared + own;
}

/// More points fill the registers of a product no better.
constexpr int64_t kMostTogether = 64, kLeastTogether = 16;
/// More would push the matrix out of the larger caches too.
constexpr double kMostBlockBytes = 4 << 20;

int64_t pointsTogether(const PointBytes &bytes, const TargetDescription &target) {
  int64_t best = 1;
  for (int64_t together = kLeastTogether; together <= kMostTogether; together *= 2)
    if (double(together) * bytes.own <= kMostBlockBytes &&
        (best == 1 || trafficPerPoint(bytes, together, target) <= trafficPerPoint(bytes, best, target)))
      best = together;
  return best;
}

/// Enough that what is done once for a block does not count, few enough that what is left of a chain does not either:
/// it is a block too, and one step by step that has not as many (measured).
static int64_t stepsOfBlock(int64_t steps) { return steps >= fewSteps ? 64 : 32; }
/// Of all states, in vectors: the arithmetic of more takes longer than the visit around it.
constexpr double kMostVectors = 1.5;
/// Of multiply-adds that wait for each other, and of the visit around them, in multiply-adds that do not.
constexpr double kLatency = 8;

int64_t stepsTogether(const StateSize &state, int64_t lanes, const TargetDescription &target) {
  double k = double(state.numStates);
  if (k * double(state.numElements) > kMostVectors * double(lanes))
    return 1;
  int64_t stepsPerVector = lanes / std::max<int64_t>(1, state.numElements);
  if (stepsPerVector < 2)
    return stepsOfBlock(target.vertices);
  // Each stage moves k^2 + k vectors and multiplies k x k by k x (k + 1).
  double stages = std::ceil(std::log2(double(stepsPerVector)));
  double composed = (stages * (k * k + k + k * k * (k + 1)) + k * k) / double(stepsPerVector);
  return composed < kLatency + k * k ? stepsOfBlock(target.vertices) : 1;
}

/// A function of one vector waits for itself most of the time.
constexpr int64_t kVectorsUnderWay = 4;

int64_t numbersTogether(const TargetDescription &target, int64_t elementBytes, int64_t operations) {
  int64_t vectors = kMostWrittenOut / std::max<int64_t>(1, operations);
  return std::clamp<int64_t>(vectors, 1, kVectorsUnderWay) * lanes(target, elementBytes);
}

/// More rows share the packed keys, and more keys the packed rows, no better.
constexpr int64_t kMostOfTile = 64, kMostOfCutTile = 32, kLeastRows = 8;

/// The largest power of two between `least` and `most` of `bytes` each that fits.
static int64_t fitting(double bytes, double room, int64_t least, int64_t most) {
  int64_t count = most;
  while (count > least && double(count) * bytes > room)
    count /= 2;
  return count;
}

PairTile pairTile(const PairBytes &bytes, int64_t numRows, bool isCut, int64_t lanes, const TargetDescription &target) {
  double room = double(target.nearCacheBytes) / 3;
  int64_t most = isCut ? kMostOfCutTile : kMostOfTile;
  int64_t keys = fitting(bytes.key, room, lanes, std::max(lanes, most));
  int64_t rows = fitting(bytes.row, room, kLeastRows, std::clamp<int64_t>(numRows, 1, most));
  rows = fitting(double(keys) * bytes.pair, room, kLeastRows, rows);
  keys = fitting(double(rows) * bytes.pair, room, lanes, keys);
  rows = fitting(double(keys) * bytes.pair, room, 1, rows);
  return {rows, keys};
}

constexpr int64_t kLineBytes = 64;
/// A chain's rows are read in order: narrower ones lose the prefetcher.
constexpr int64_t kLinesOfTree = 2, kLinesOfChain = 16;
/// Of the second cache, for the tensors of a sweep.
constexpr double kShareOfCache = 7.0 / 8;

/// What is larger than so many second caches comes from memory.
constexpr double kFarCaches = 16;

/// The width of each of `parts` tiles, in whole lines.
static int64_t widthOf(int64_t numChannels, int64_t parts, int64_t perLine) {
  int64_t width = (numChannels + parts - 1) / parts;
  return (width + perLine - 1) / perLine * perLine;
}

ChannelTile channelTile(const ChannelFootprint &footprint, const TargetDescription &target) {
  int64_t perLine = std::max<int64_t>(1, kLineBytes / std::max<int64_t>(1, footprint.elementBytes));
  int64_t narrowest = perLine * (footprint.isChain ? kLinesOfChain : kLinesOfTree), channels = footprint.numChannels;
  ChannelTile chosen{channels, false};
  double batch = footprint.bytesPerChannel * double(channels) * double(target.vertices) *
                 double(std::max<int64_t>(1, target.tasks));
  bool isFar = batch > kFarCaches * double(target.secondCacheBytes);
  if (target.vertices > 0 && !footprint.isChain && footprint.hasScratch && !isFar && footprint.bytesPerChannel > 0) {
    double fitting =
        kShareOfCache * double(target.secondCacheBytes) / (footprint.bytesPerChannel * double(target.vertices));
    int64_t widest = int64_t(std::min(fitting, double(channels))) / perLine * perLine;
    if (fitting < double(channels) && widest >= narrowest)
      chosen = {widthOf(channels, (channels + widest - 1) / widest, perLine), true};
  }
  double visit = footprint.bytesPerChannel * double(channels) / target.bytesPerNanosecond + target.nanosecondsPerVisit;
  bool isWorthThreads = visit * double(target.vertices) > 2 * target.nanosecondsPerChunk;
  if (target.tasks > 0 && target.threads > target.tasks && isWorthThreads) {
    int64_t parts = (target.threads + target.tasks - 1) / target.tasks;
    int64_t width = std::max(narrowest, widthOf(channels, parts, perLine));
    if (width < chosen.channels)
      chosen = {width, false};
  }
  return chosen.channels < channels ? chosen : ChannelTile{0, false};
}

constexpr int64_t kPartsPerThread = 4, kMostParts = 256;
/// Threads that meet after every sweep cost about one.
constexpr double kChunksPerPart = 2;

int64_t subtreeParts(const TreeWork &work, const TargetDescription &target) {
  if (work.tasks <= 0 || work.tasks >= target.threads)
    return 0;
  int64_t threads = (target.threads + work.tasks - 1) / work.tasks; // of one tree
  double sweep = work.nanoseconds / double(std::max<int64_t>(1, work.sweeps));
  double worthwhile = std::min(sweep / (kChunksPerPart * target.nanosecondsPerChunk),
                               double(target.vertices) / double(std::max<int64_t>(1, work.leastVertices)));
  auto parts = int64_t(std::min({double(kPartsPerThread * threads), worthwhile, double(kMostParts)}));
  return parts >= threads ? parts / threads * threads : parts >= 2 ? parts : 0;
}

/// Of three tensors that a step reads or writes, two are read twice; every further state is another scan of what is
/// near.
constexpr double kReadTwice = 2.0 / 3, kScanOfState = 1.0 / 3;

constexpr int64_t kBlocksOfPart = 16;

int64_t stepsOfPart(int64_t together) { return kBlocksOfPart * together; }

double workInParts(int64_t numStates) { return 1 + kReadTwice + kScanOfState * double(numStates - 1); }

int64_t chainParts(int64_t numStates, const TargetDescription &target) {
  bool wins = workInParts(numStates) < double(target.cores) / 2;
  return wins && numStates <= kMostStatesInParts ? std::min(kPartsPerThread * target.cores, kMostParts) : 0;
}

constexpr int64_t kLargeTree = 1 << 16;

bool isDeep(int64_t numVertices, int64_t depth) {
  return numVertices >= kLargeTree && depth >= numVertices / kMostParts;
}

int64_t treesWithRuns(int64_t numStates, const TargetDescription &target) {
  auto trees = int64_t(double(target.cores) / (2 * workInParts(numStates)));
  bool areFew = target.tasks > 0 && target.tasks <= trees;
  return target.isDeep && areFew && numStates <= kMostStatesInRuns ? std::min(trees, mostTreesWithRuns) : 0;
}

int64_t partsWithRuns(const TargetDescription &target) {
  return std::clamp<int64_t>(kPartsPerThread * target.cores, 1, kMostParts);
}

/// The sums of some depths are at hand at the same time.
constexpr double kSumsAtHand = 8;

bool childrenAdd(const ChildSumBytes &bytes, const TargetDescription &target) {
  double all = bytes.rows * double(target.vertices > 0 ? target.vertices : target.visitsExpected);
  bool isNarrow = bytes.sums <= double(kLineBytes);
  double near = double(target.nearCacheBytes);
  return bytes.sums <= near / kSumsAtHand && all > (isNarrow ? near : double(target.secondCacheBytes));
}

/// Shorter runs leave pages of memory half used (measured: rows of 384 bytes pay).
constexpr int64_t kLeastLinesOfRun = 4;

/// Second caches that a larger one holds for the next sweep (measured: of three it finds all, of nine nothing).
constexpr double kCachesOfNext = 4;

bool storesPastCaches(const StreamBytes &bytes, const TargetDescription &target) {
  return bytes.run % kLineBytes == 0 && bytes.run >= kLeastLinesOfRun * kLineBytes &&
         bytes.whole > (bytes.isReadNext ? kCachesOfNext : 1) * double(target.secondCacheBytes);
}

/// Long enough for the answer, short enough for the cache that waits for it: the near one, or the second. While so many
/// bytes come, the first of them have come.
constexpr int64_t kVisitsAhead = 8, kFarVisitsAhead = 16;
constexpr double kBytesAhead = 16 << 10;

int64_t rowsAhead(double bytesPerVisit, bool isFar, const TargetDescription &target) {
  bool isNear = target.vertices > 0 && bytesPerVisit * double(target.vertices) <= double(target.nearCacheBytes);
  if (bytesPerVisit < 2 * kLineBytes || isNear)
    return 0;
  return isFar ? kFarVisitsAhead : std::clamp<int64_t>(int64_t(kBytesAhead / bytesPerVisit), 1, kVisitsAhead);
}

int64_t blocksAhead(double bytesPerBlock, const TargetDescription &target) {
  bool isNear = bytesPerBlock * double(target.vertices) <= double(target.secondCacheBytes);
  return target.vertices > 0 && isNear ? 0 : rowsAhead(bytesPerBlock, /*isFar=*/false, target);
}

} // namespace espalier::schedule
