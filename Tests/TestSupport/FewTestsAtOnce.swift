#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Lets eight tests run at once, unless the environment says how many.
///
/// Otherwise all begin together. Each waits wherever it awaits something, with its databases open:
/// 2,000 files, where most systems allow 1,024, and where Foundation's `Process` reads past the end
/// of its list of open files. It runs before the testing library asks.
#if os(Linux)
  @used @section(".init_array") private let limitTests: @convention(c) () -> Void = setLimit
#else
  @used @section("__DATA,__mod_init_func") private let limitTests: @convention(c) () -> Void =
    setLimit
#endif

private func setLimit() {
  setenv("SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH", "8", 0)
}
