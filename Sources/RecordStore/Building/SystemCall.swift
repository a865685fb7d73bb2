#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Glibc)
  internal import Glibc
#endif

/// Turns errors of the operating system into messages for the person who gave the path.
package enum SystemCall {
  package static func reason(_ code: Int32) -> String {
    switch code {
    case ENOENT, ENOTDIR: "there is nothing of this name; check the path"
    case EACCES, EPERM: "access is not permitted; check owner and mode with `ls -ld`"
    case EISDIR: "this is a folder, not a file"
    case EEXIST: "there is such a file already"
    case ENOSPC, EDQUOT: "there is no room left on the disk; free some space and try again"
    case EROFS: "the disk is read-only"
    case EMFILE, ENFILE: "too many files are open"
    case ENAMETOOLONG: "the path is longer than the operating system allows"
    case ELOOP: "the path contains a loop of symbolic links"
    default: "the operating system refused (error \(code))"
    }
  }
}
