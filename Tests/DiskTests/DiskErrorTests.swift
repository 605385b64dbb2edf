// What a person reads when the disk refuses, and what the program makes of it.
import Disk
import Testing

struct DiskErrorTests {
  @Test func theSentenceSaysWhatWhereAndHowToMend() {
    let sentences = [
      DiskError(.write, "/l/log/1.journal", number: Errno.noSpace),
      DiskError(.open, "/l/ledger.json", number: Errno.noEntry),
      DiskError(.makeDirectory, "/l", number: Errno.access),
      DiskError(.lock, "/l/LOCK", number: Errno.again),
      DiskError(.read, "/l/log/watermark", number: 0),
      DiskError(.sync, "/l/log", number: Errno.io),
      DiskError(.create, "/l/a", number: Errno.readOnly),
      DiskError(.create, "/l/a", number: Errno.tooManyFiles),
      DiskError(.rename, "/l/a", number: 99),
    ].map(\.description)
    #expect(
      sentences == [
        "cannot write /l/log/1.journal: no space left on the device; free some space and try again",
        "cannot open /l/ledger.json: there is no such file or folder",
        "cannot make the directory /l: permission denied; "
          + "check owner and permissions of the folder",
        "cannot lock /l/LOCK: another process holds it",
        "cannot read /l/log/watermark: the file ends before it should",
        "cannot sync /l/log: the device reports an input/output error; "
          + "check the device before anything else",
        "cannot create /l/a: the file system is read-only; "
          + "mount it writable, or use another folder",
        "cannot create /l/a: too many open files; raise the limit of open files (ulimit -n)",
        "cannot rename /l/a: error number 99 of the operating system",
      ])
  }

  @Test func everyKnownNumberHasASentenceOfItsOwn() {
    let numbers = [
      0, Errno.notPermitted, Errno.noEntry, Errno.io, Errno.again, Errno.access, Errno.exists,
      Errno.notDirectory, Errno.isDirectory, Errno.tooManyFiles, Errno.noSpace, Errno.readOnly,
      Errno.quota,
    ]
    let sentences = Set(numbers.map { DiskError(.open, "/a", number: $0).description })
    #expect(sentences.count == numbers.count)
    #expect(!sentences.contains { $0.contains("error number") })
  }

  @Test func eachQuestionHasItsNumbers() {
    func numbers(
      _ operation: DiskError.Operation = .open, where isTrue: (DiskError) -> Bool
    ) -> [Int32] {
      (0...130).filter { isTrue(DiskError(operation, "/a", number: $0)) }
    }
    #expect(numbers(where: \.isFull) == [28, 122])
    #expect(numbers(where: \.isMissing) == [2])
    #expect(numbers(where: \.alreadyExists) == [17])
    #expect(numbers(where: \.isBusy) == [11])
    // EACCES of a lock is a folder that may not be written, and no busy ledger.
    #expect(numbers(.lock, where: \.isBusy) == [11])
    #expect(numbers(where: \.isForbidden) == [1, 13, 30])
  }
}
