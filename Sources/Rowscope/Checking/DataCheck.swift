import Documents
import RecordEngine
import RecordFilter
import RowscopeModel
import TimeZones
import Workspaces

/// What the data says against its declarations, from a sample of each table.
struct DataCheck {
  private let schema: Schema
  private let declarations: [TableDeclaration]
  private let everywhere: [WorkspaceDocument.EverywhereDeclaration]
  private(set) var problems = DiagnosticCollector()
  /// What has no place in a document: one line each.
  private(set) var notes: [String] = []
  private var partly: [String] = []
  /// The forms of UUIDs in columns that declare none, where all values that were looked at have one.
  private var forms: [FieldReference: UUIDForm] = [:]

  init(_ schema: Schema, _ workspace: WorkspaceDocument?) {
    self.schema = schema
    declarations = workspace?.tables ?? []
    everywhere = workspace?.everywhere ?? []
  }

  mutating func run(_ reader: borrowing ReadSession) throws(ServiceError) {
    checkEverywhere { _ in true }
    for index in schema.tables.indices {
      let id = TableID(index)
      let table = schema[id]
      let declaration = declarations.first { Name($0.name.value) == table.name }
      let fields = table.fieldIndices.filter { isLookedAt(table[$0]) }
      guard let sample = try reader.sample(fields, of: id) else { continue }
      if sample.isPart { partly.append(Printable.quoted(table.name.string)) }
      for column in fields {
        let field = declaration?.fields.first { Name($0.name.value) == table[column].name }
        check(table[column], of: table, column, field, sample[column])
        if table[column].hasUndeclaredForm, let form = DateGuess.form(of: sample[column]) {
          forms[FieldReference(id, column)] = form
        }
      }
      noteKey(of: table)
    }
    noteForms()
    if !partly.isEmpty {
      notes.append(
        "of \(partly.joined(separator: ", ")) the first \(ColumnSample.size) records were looked at"
      )
    }
  }

  private func isLookedAt(_ field: Field) -> Bool {
    if case .link = field.storage { return false }
    return field.type != nil || field.kind == .unspecified || field.isManyValued
  }

  // MARK: Conditions of every table

  /// Tables that a condition of every table denies, and fields that it leaves unused.
  ///
  /// - Parameter isWanted: of a table by its name.
  mutating func checkEverywhere(of isWanted: (String) -> Bool) {
    guard
      let place = everywhere.lazy.compactMap(\.wildcard).first
        ?? everywhere.first.map({
          $0.tables.first?.range ?? 0..<0
        })
    else { return }
    for (index, table) in schema.tables.enumerated() where isWanted(table.name.string) {
      let (id, name) = (TableID(index), Printable.quoted(table.name.string))
      if schema.everywhere(id) == .denied {
        problems.warning(
          .deniedTable, "the conditions of every table do not fit \(name), so it is denied",
          hint: "name it in \"except\", or give it the fields", at: place)
      }
      for field in table.fieldIndices where schema.hasRestrictedMembers(field, in: id) {
        let field = Printable.quoted(table[field].name.string)
        problems.warning(
          .deniedTable,
          "the field \(field) of \(name) is used nowhere: its members are rows of a table with a "
            + "condition everywhere",
          hint: "name that table in \"except\" to use the field", at: place)
      }
    }
  }

  // MARK: One column

  private mutating func check(
    _ field: Field, of table: Table, _ id: FieldID, _ declared: FieldDeclaration?,
    _ values: [Value]
  ) {
    guard !values.isEmpty else { return }
    guard let type = field.type?.resolved(in: .utc) else {
      if field.isManyValued {
        checkMembers(field, declared, values)
      } else if declared?.type == nil {
        noteUndeclared(field, of: table, values)
      }
      return
    }
    // The type may be that of the key which the field refers to.
    guard let declared, let range = declared.type?.range ?? declared.relations.first?.range else {
      noteInherited(type, by: field, of: table, values)
      return
    }
    let name = Printable.quoted(field.name.string)
    let misfits = values.filter { type.value(of: $0) == nil && !isEmptyText($0) }
    if !misfits.isEmpty {
      problems.warning(
        .contradictedType,
        "\(misfits.count) of \(values.count) values of \(name) stand for no value of the type: "
          + "they satisfy no comparison",
        hint: hint(type, misfits, values), at: declared.form.encodings?.range ?? range)
      return
    }
    guard table.indexedFields.contains(id) || table.primaryKey == [id] else { return }
    switch type {
    case .date(let form) where form.layout == nil, .datetime(let form) where form.layout == nil:
      guard form.encodings == [.iso], let layout = DateGuess.layout(of: values) else { return }
      problems.warning(
        .undeclaredForm,
        "the values of \(name) that were looked at have one layout, and it is not declared",
        hint: "with \"layout\": \(Printable.quoted(layout.text)) its index serves sorting too",
        at: range)
    case .uuid(nil):
      guard let form = DateGuess.form(of: values) else { return }
      problems.warning(
        .undeclaredForm,
        "the values of \(name) that were looked at have one form, and it is not declared",
        hint: "with \(form.declaration) an index on it is used", at: range)
    case .number, .text, .checkbox, .time, .uuid, .date, .datetime: return
    }
  }

  /// Empty text is written where there is no value.
  private func isEmptyText(_ value: Value) -> Bool { value == .text("") }

  private func hint(_ type: DeclaredType, _ misfits: [Value], _ values: [Value]) -> String? {
    switch type {
    case .date(let form), .datetime(let form):
      guard let guess = DateGuess.encoding(of: misfits), !form.encodings.contains(guess) else {
        return form.layout == nil ? nil : "leave the layout out if texts have several"
      }
      let names = form.encodings.map(\.name) + [guess.name]
      return misfits.count == values.count
        ? "they look like \"encoding\": \(Printable.quoted(guess.name))"
        : "they look like another encoding: \"encoding\": "
          + "[\(names.map { Printable.quoted($0) }.joined(separator: ", "))]"
    case .uuid(.some): return "leave the form out if there are several"
    case .number, .text, .checkbox, .time, .uuid(nil): return nil
    }
  }

  private mutating func checkMembers(
    _ field: Field, _ declared: FieldDeclaration?, _ values: [Value]
  ) {
    guard field.storage == .jsonArray, field.members.separator == nil,
      let range = declared?.type?.range
    else { return }
    let misfits = values.count {
      Conversion.members(MembersForm()).converted($0).isNull && !isEmptyText($0)
    }
    guard misfits > 0 else { return }
    problems.warning(
      .contradictedType,
      "\(misfits) of \(values.count) values of \(Printable.quoted(field.name.string)) are no JSON "
        + "array: they have no member",
      hint: misfits * 2 > values.count
        ? "declare a \"separator\" if the members are parts of a text" : nil, at: range)
  }

  // MARK: Columns without a type

  private mutating func noteUndeclared(_ field: Field, of table: Table, _ values: [Value]) {
    let name = "\(Printable.quoted(field.name.string)) of \(Printable.quoted(table.name.string))"
    if values.allSatisfy(isUUIDBlob) {
      notes.append(
        "\(name) holds blobs of 16 bytes, which equal no id and no text: declare it "
          + "\"type\": \"uuid\", \"form\": \"blob\"")
      return
    }
    if let (what, mending) = misread(values) {
      notes.append("\(name) holds \(what), which compare as text: \(mending)")
      return
    }
    let texts = values.filter { DeclaredType.datetime(.iso).value(of: $0) != nil }
    guard texts.count == values.count, DateGuess.layout(of: values) == nil else { return }
    notes.append(
      "\(name) holds dates of several layouts, which compare as text: declare it "
        + "\"type\": \"datetime\"")
  }

  /// What all of these texts are meant as, and how they compare as that.
  private func misread(_ values: [Value]) -> (what: String, mending: String)? {
    let texts = values.filter { !isEmptyText($0) }
    func all(_ test: (UnsafeBufferPointer<UInt8>) -> Bool) -> Bool {
      texts.allSatisfy { value in
        if case .text(let text) = value { text.withBytes(test) } else { false }
      }
    }
    guard !texts.isEmpty else { return nil }
    if all(NumberGuess.isDecimal) {
      return ("decimals as texts", "if they are numbers, declare it \"type\": \"number\"")
    }
    if all(NumberGuess.hasDecimalComma) {
      return ("numbers with a decimal comma", "no type reads them; store 1234.5 instead")
    }
    if all(NumberGuess.isDayWithYearLast) {
      return ("days with the year last", "no type reads them; store 2026-05-21 instead")
    }
    return nil
  }

  private func isUUIDBlob(_ value: Value) -> Bool {
    if case .blob(let bytes) = value { bytes.count == 16 } else { false }
  }

  // MARK: Keys

  /// A column without a declaration has the type of the key that it refers to, and may hold another
  /// form.
  private mutating func noteInherited(
    _ type: DeclaredType, by field: Field, of table: Table, _ values: [Value]
  ) {
    let misfits = values.filter { type.value(of: $0) == nil && !isEmptyText($0) }
    guard !misfits.isEmpty else { return }
    var mending = "declare its own type"
    if case .uuid = type, let form = DateGuess.form(of: misfits), misfits.count == values.count {
      mending = "declare it \"type\": \"uuid\", \(form.declaration)"
    }
    notes.append(
      "\(misfits.count) of \(values.count) values of \(Printable.quoted(field.name.string)) of "
        + "\(Printable.quoted(table.name.string)) stand for no value of the type of the key that "
        + "they refer to: \(mending)")
  }

  /// Keys of UUIDs without a declared form are compared as they are stored.
  private mutating func noteForms() {
    for (index, table) in schema.tables.enumerated() {
      for relation in table.relations where relation.direction == .toParent {
        for pair in relation.pairs {
          let far = schema[relation.table]
          guard let form = forms[FieldReference(relation.table, pair.far)],
            let own = forms[FieldReference(TableID(index), pair.near)], form != own
          else { continue }
          let (near, key) = (table[pair.near].name.string, far[pair.far].name.string)
          notes.append(
            "\(Printable.quoted(near)) of \(Printable.quoted(table.name.string)) and the key "
              + "\(Printable.quoted(key)) of \(Printable.quoted(far.name.string)) hold UUIDs in two "
              + "forms, and are compared as they are stored: declare the key \(form.declaration) "
              + "and the other \(own.declaration)")
        }
      }
    }
  }

  private mutating func noteKey(of table: Table) {
    guard table.kind == .table, !table.primaryKey.isEmpty, !table.primaryKeyIsTotal else { return }
    notes.append(
      "the primary key of \(Printable.quoted(table.name.string)) may be NULL, so it does not "
        + "identify all records: lists are sorted by all their fields, and among records without "
        + "a key cursors are positions, which takes longer the further on they are. NOT NULL on "
        + "the key mends that")
  }
}

extension UUIDForm {
  /// As a workspace declares it.
  fileprivate var declaration: String {
    switch self {
    case .lowerText: "\"form\": \"text\""
    case .upperText: "\"form\": \"text\", \"case\": \"upper\""
    case .lowerDigits: "\"form\": \"digits\""
    case .upperDigits: "\"form\": \"digits\", \"case\": \"upper\""
    case .blob: "\"form\": \"blob\""
    }
  }
}

extension Diagnostic.Code {
  /// Stored values are none of the declared type.
  static let contradictedType = Self("contradicted_type")
  /// A warning: a condition of every table denies a table, or leaves a field unused.
  static let deniedTable = Self("denied_table")
  /// A declaration would let an index serve.
  static let undeclaredForm = Self("undeclared_form")
}
