import AccessProfiles
import Documents
import Foundation
import Rowscope
import RowscopeModel

extension FieldValues {
  /// Parses words of the form `FIELD=VALUE` and `FIELD:=JSON`.
  ///
  /// The first `=` ends the field's name; `--set` takes names that contain `=`.
  init(_ words: some Sequence<String>) throws(CommandError) {
    self.init()
    for word in words { try append(word) }
  }

  /// The fields of these words that get the text `null`, which is seldom meant.
  static func fieldsOfNullText(in words: some Sequence<String>) -> [String] {
    words.compactMap { word in
      guard let parts = word.cut(atByte: "="), !parts.before.isEmpty,
        parts.before.utf8.last != UInt8(ascii: ":"), Name(parts.after) == "null"
      else { return nil }
      return parts.before
    }
  }

  static func isAssignment(_ word: String) -> Bool { word.utf8.contains(UInt8(ascii: "=")) }

  private mutating func append(_ word: String) throws(CommandError) {
    guard let equals = word.utf8.firstIndex(of: UInt8(ascii: "=")), equals > word.startIndex else {
      throw .usage(
        "`\(word)` is not the value of a field",
        help: "write FIELD=VALUE, or FIELD:=JSON: title=Toner, client:=null")
    }
    let value = String(word[word.utf8.index(after: equals)...])
    var name = word[..<equals]
    guard name.utf8.last == UInt8(ascii: ":"), name.utf8.count > 1 else {
      append(String(name), .value(.text(value)))
      return
    }
    name = name[..<name.utf8.index(before: name.utf8.endIndex)]
    append(String(name), try Self.json(value, in: word))
  }

  private static func json(_ text: String, in word: String) throws(CommandError) -> FieldValue {
    guard
      let node = try? JSONReader.read(
        SourceDocument(name: "<value>", text: text), as: .strict),
      let value = FieldValue(node)
    else {
      throw .usage(
        "what follows `:=` is a JSON value or a list of values, not `\(text)`",
        excerpt: Excerpt(
          word, (word.range(of: ":=")?.upperBound ?? word.startIndex)..<word.endIndex),
        help: #"null, true, 3, "a text", [3, 7]; use = for plain text"#)
    }
    return value
  }
}

extension Arguments {
  /// The values of the words, and after them those of `--set`.
  func values(from words: some Sequence<String>) throws(CommandError) -> FieldValues {
    var values = try FieldValues(words)
    guard let json = value(.set) else { return values }
    do throws(ServiceError) {
      values.elements += try FieldValues(json: Array(json.utf8)).elements
    } catch {
      throw CommandError(error)
    }
    return values
  }

  func expectations() throws(CommandError) -> FieldValues { try FieldValues(values(.ifUnchanged)) }

  /// The records to change: one by its key, or those that match conditions.
  func target(key words: ArraySlice<String>) throws(CommandError) -> RecordTarget {
    let request = try ListRequest(self)
    let hasConditions = !request.filters.isEmpty || request.search != nil
    switch (words.isEmpty, hasConditions, isGiven(.all)) {
    case (false, false, false): return .one(words.map { Value(key: $0) })
    case (true, true, false):
      return .many(
        RecordSelection(
          table: request.table, filters: request.filters, joining: request.joining,
          search: request.search))
    case (true, false, true): return .many(.everything(in: request.table))
    case (true, false, false):
      throw .usage(
        "missing the records to change",
        help: "a KEY for one, --where CONDITION for some, --all for every one")
    case (false, _, _), (true, true, true):
      throw .usage(
        "a KEY names one record, and --where, --filter, --search or --all name many",
        help: "give one or the other")
    }
  }
}

/// The records that a command changes or deletes.
enum RecordTarget {
  case one([Value])
  case many(RecordSelection)
}
