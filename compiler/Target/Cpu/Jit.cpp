//===- Jit.cpp - Machine code in memory -------------------------------------===//
#include "compiler/Target/Cpu/Jit.h"

#include "compiler/Target/Cpu/CpuTarget.h"
#include "compiler/Target/Cpu/Stopwatch.h"
#include "compiler/Target/Cpu/Symbols.h"

#include "llvm/ExecutionEngine/Orc/AbsoluteSymbols.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/Object/ObjectFile.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/TargetSelect.h"

#include <atomic>
#include <mutex>

using namespace llvm;

namespace espalier::cpu {

namespace {

/// One linker for the process. It is safe to use from several threads.
class Linker {
public:
  static Result<Linker *> get() {
    static Linker *linker = new Linker; // not destroyed: a static JitCode of the caller may be, later
    if (!linker->jit)
      return espalier::Error{linker->problem};
    return linker;
  }

  Result<orc::JITDylib *> addLibrary() {
    auto library = jit->createJITDylib("kernel" + std::to_string(numLibraries++));
    if (!library)
      return espalier::Error{toString(library.takeError())};
    orc::SymbolMap symbols;
    for (std::span<const Symbol> allowed : {abiSymbols(), librarySymbols()})
      for (const Symbol &symbol : allowed)
        symbols[jit->mangleAndIntern(symbol.name)] = {orc::ExecutorAddr::fromPtr(symbol.address),
                                                      JITSymbolFlags::Exported};
    if (llvm::Error error = library->define(orc::absoluteSymbols(std::move(symbols))))
      return espalier::Error{toString(std::move(error))};
    return &*library;
  }

  void remove(orc::JITDylib &library) { consumeError(jit->getExecutionSession().removeJITDylib(library)); }

  Result<void *> link(orc::JITDylib &library, StringRef object, const std::string &entry) {
    if (llvm::Error error = jit->addObjectFile(library, MemoryBuffer::getMemBufferCopy(object, "kernel")))
      return espalier::Error{toString(std::move(error))};
    Expected<orc::ExecutorAddr> address = jit->lookup(library, entry);
    if (!address)
      return espalier::Error{toString(address.takeError()) + takeReports()};
    return address->toPtr<void *>();
  }

private:
  Linker() {
    InitializeNativeTarget();
    InitializeNativeTargetAsmPrinter();
    auto created = orc::LLJITBuilder()
                       .setJITTargetMachineBuilder(
                           orc::JITTargetMachineBuilder(Triple(CpuTarget::host().triple))) // spares host detection
                       .setLinkProcessSymbolsByDefault(false)        // else the allow-list allows everything
                       .setPlatformSetUp(orc::setUpInactivePlatform) // kernels have no initialisers
                       .create();
    if (!created) {
      problem = toString(created.takeError());
      return;
    }
    jit = std::move(*created);
    // The session would print what it finds; a failed lookup alone does not name the symbols that are missing.
    jit->getExecutionSession().setErrorReporter([this](llvm::Error error) {
      std::lock_guard lock(mutex);
      reports += "; " + toString(std::move(error));
    });
  }

  std::string takeReports() {
    std::lock_guard lock(mutex);
    return std::exchange(reports, {});
  }

  std::unique_ptr<orc::LLJIT> jit;
  std::string problem;
  std::mutex mutex;
  std::string reports;
  std::atomic<int64_t> numLibraries = 0;
};

} // namespace

Result<JitCode> loadObject(std::string object, const std::string &entry) {
  JitCode code;
  Stopwatch watch(code.times);
  // The linker trusts its input: a damaged file must be found out here.
  auto parsed = object::ObjectFile::createObjectFile(MemoryBufferRef(object, "kernel"));
  if (!parsed)
    return Error::of("not an object file: {}", toString(parsed.takeError()));
  Result<Linker *> linker = Linker::get();
  if (!linker)
    return linker.error();
  Result<orc::JITDylib *> library = (*linker)->addLibrary();
  if (!library)
    return library.error();
  code.keepAlive = std::shared_ptr<void>(
      *library, [linker = *linker](void *library) { linker->remove(*static_cast<orc::JITDylib *>(library)); });
  Result<void *> address = (*linker)->link(**library, object, entry);
  if (!address)
    return address.error();
  code.entry = reinterpret_cast<espalier_kernel>(*address);
  code.object = std::move(object);
  watch.lap("link");
  return code;
}

} // namespace espalier::cpu
