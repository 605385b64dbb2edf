/// What the kernel refused, and to whom it matters.
package struct DiskError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Operation: String, Sendable {
    case open, create, read, write, reserve, sync, close, rename, link, remove, list, lock, inspect
    case makeDirectory = "make the directory"
  }

  package var operation: Operation
  package var path: String
  /// The number of `errno`; 0 where the kernel gave none (a file shorter than what was asked for).
  package var number: Int32

  package init(_ operation: Operation, _ path: String, number: Int32) {
    self.operation = operation
    self.path = path
    self.number = number
  }

  /// No space left, or a quota reached: free space and try again.
  package var isFull: Bool { number == Errno.noSpace || number == Errno.quota }
  package var isMissing: Bool { number == Errno.noEntry }
  package var alreadyExists: Bool { number == Errno.exists }
  /// Somebody else holds the lock.
  package var isBusy: Bool { number == Errno.again }
  package var isForbidden: Bool {
    number == Errno.access || number == Errno.readOnly || number == Errno.notPermitted
  }

  /// What happened, where, and what to do about it.
  package var description: String {
    let what = "cannot \(operation.rawValue) \(path): \(Errno.sentence(number))"
    return Errno.remedy(number).map { "\(what); \($0)" } ?? what
  }
}

/// The errors of the kernel that have a remedy of their own (Linux numbers, the same on x86-64 and arm64).
package enum Errno {
  package static let notPermitted: Int32 = 1
  package static let noEntry: Int32 = 2
  package static let interrupted: Int32 = 4
  package static let io: Int32 = 5
  package static let badDescriptor: Int32 = 9
  package static let again: Int32 = 11
  package static let access: Int32 = 13
  package static let badAddress: Int32 = 14
  package static let exists: Int32 = 17
  package static let notDirectory: Int32 = 20
  package static let isDirectory: Int32 = 21
  package static let tooManyFiles: Int32 = 24
  package static let noSpace: Int32 = 28
  package static let readOnly: Int32 = 30
  package static let unsupported: Int32 = 95
  package static let quota: Int32 = 122

  static func sentence(_ number: Int32) -> String {
    switch number {
    case 0: "the file ends before it should"
    case notPermitted: "not permitted"
    case noEntry: "there is no such file or folder"
    case io: "the device reports an input/output error"
    case again: "another process holds it"
    case access: "permission denied"
    case exists: "it exists already"
    case notDirectory: "a part of the path is not a folder"
    case isDirectory: "it is a folder"
    case tooManyFiles: "too many open files"
    case noSpace: "no space left on the device"
    case readOnly: "the file system is read-only"
    case quota: "the disk quota is used up"
    default: "error number \(number) of the operating system"
    }
  }

  static func remedy(_ number: Int32) -> String? {
    switch number {
    case noSpace, quota: "free some space and try again"
    case access, notPermitted: "check owner and permissions of the folder"
    case readOnly: "mount it writable, or use another folder"
    case tooManyFiles: "raise the limit of open files (ulimit -n)"
    case io: "check the device before anything else"
    default: nil
    }
  }
}
