import Documents
internal import RecordFilter
import RowscopeModel

extension SchemaOverlay {
  /// Checks that a declared key is the table's. A table from a CSV file was made with it.
  mutating func check(_ key: Located<[Located<String>]>, of table: TableID) {
    let names = key.value.compactMap { field($0, of: table) }
    let actual = drafts[table.index].table.primaryKey
    guard names.count == key.value.count, names != actual else { return }
    let own = actual.map { drafts[table.index].fields[$0.index].name.string }
    problems.error(
      .mismatchedField,
      "the primary key of the table \(Printable.quoted(drafts[table.index].table.name.string)) is "
        + (own.isEmpty ? "declared nowhere in the database" : own.quotedList),
      hint: "\"primary_key\" gives a CSV file its key; with a database file leave it out, or let "
        + "it agree",
      at: key.range)
  }

  /// Checks that a declared column type compares as the column does. One from a CSV file was made
  /// with it.
  mutating func check(
    _ type: Located<String>, of name: Located<String>, in table: TableID
  ) {
    guard let field = drafts[table.index].fieldIDs[Name(name.value)] else { return }
    let column = drafts[table.index].fields[field.index]
    let declared = ColumnType.parts(of: type.value)
    guard
      Affinity(declaredType: declared.name) != column.affinity
        || declared.collation != column.collation
    else { return }
    let collation =
      column.collation == .binary ? "" : " COLLATE " + column.collation.rawValue
    problems.error(
      .mismatchedField,
      "the column \(Printable.quoted(column.name.string)) is \(column.typeDescription)\(collation)",
      hint: "\"column\" gives the column of a CSV file its type; with a database file leave it "
        + "out, or let it agree",
      at: type.range)
  }

  /// Applies the declared types to the table's own columns.
  mutating func declareColumns(_ declaration: TableDeclaration, of table: TableID) {
    for declared in declaration.fields where declared.link == nil {
      guard let field = field(declared.name, of: table) else { continue }
      let column = drafts[table.index].fields[field.index]
      if let type = declared.type, !check(type, declared.form, on: column) { continue }
      drafts[table.index].fields[field.index] = column.declared(declared, in: dateZone)
    }
  }

  /// Checks that a column can hold values of its declared type, and reports if it cannot.
  private mutating func check(
    _ type: Located<FieldType>, _ form: FormDeclaration, on column: Field
  ) -> Bool {
    guard let misfit = misfit(type.value, form, on: column) else { return true }
    problems.error(
      .mismatchedField,
      "the column \(Printable.quoted(column.name.string)) is \(column.typeDescription), "
        + misfit.fault,
      hint: misfit.hint, at: form.encodings?.range ?? type.range)
    return false
  }

  private func misfit(
    _ type: FieldType, _ form: FormDeclaration, on column: Field
  ) -> (fault: String, hint: String)? {
    let holdsNumbersAlone = column.affinity == .integer || column.affinity == .real
    switch type {
    case .date, .datetime:
      let encodings = form.encodings?.value ?? [.iso]
      if column.affinity == .text, encodings.contains(where: { $0 != .iso }) {
        return (
          "and this encoding is of numbers", "leave it out where the column holds ISO text"
        )
      }
      guard holdsNumbersAlone, encodings == [.iso] else { return nil }
      return (
        "and ISO dates are text",
        "add \"encoding\": \"unix\" where the column holds seconds since 1970, or another encoding "
          + "of numbers"
      )
    case .time:
      guard holdsNumbersAlone else { return nil }
      return ("and times of day are text", "leave the type out")
    case .uuid:
      guard holdsNumbersAlone else { return nil }
      return ("and UUIDs are text or blobs", "leave the type out")
    case .users, .multi, .tags:
      if column.storage == .generatedColumn {
        return (
          "computed by the database, and a list must be stored", "declare the column it comes from"
        )
      }
      return column.mayHoldJSON
        ? nil
        : (
          "and a list of members is JSON in a text column",
          "declare a \"link\" where the members have a table of their own"
        )
    case .text, .number, .currency, .checkbox, .user, .relation: return nil
    }
  }

  /// Appends the link fields, whose members are rows of another table.
  ///
  /// One that does not fit is reported, and its name is that of no field: a column that has it is
  /// used nowhere.
  mutating func addLinks(_ declaration: TableDeclaration, to table: TableID) {
    for declared in declaration.fields {
      guard let declaredLink = declared.link else { continue }
      let name = Name(declared.name.value)
      let (link, problem) = setAside { overlay in
        let link = overlay.link(declaredLink, of: table)
        guard overlay.drafts[table.index].fieldIDs[name] == nil else {
          let near = overlay.drafts[table.index].table.name.string
          overlay.problems.error(
            .fieldExists,
            "the table \(Printable.quoted(near)) has a column "
              + Printable.quoted(declared.name.value),
            hint: "what has a link is no column of its table: give it another name",
            at: declared.name.range)
          return Link?.none
        }
        return link
      }
      guard let link else {
        drafts[table.index].unusable.reasons[name] = problem?.message ?? "it is no link"
        if let column = drafts[table.index].fieldIDs[name] {
          drafts[table.index].unusable.columns.insert(column)
        }
        continue
      }
      let member = drafts[link.table.index].fields[link.member.index]
      drafts[table.index].fieldIDs[name] = FieldID(drafts[table.index].fields.count)
      drafts[table.index].fields.append(
        Field(
          name: name, declaredType: member.declaredType, affinity: member.affinity,
          collation: member.collation, kind: declared.kind(in: dateZone),
          members: MembersForm(type: declared.form.member?.value ?? .any), storage: .link(link),
          isDeveloper: declared.isDeveloper, origins: link.origins))
    }
  }

  private mutating func link(_ declared: LinkDeclaration, of table: TableID) -> Link? {
    guard let far = tableID(declared.table) else { return nil }
    guard drafts[far.index].table.nondeterministicSources.isEmpty else {
      problems.error(
        .undeterminedView,
        "\(Printable.quoted(declared.table.value)) is a view whose rows are not determined",
        hint: "a link needs a view that always gives the same members, or a table",
        at: declared.table.range)
      return nil
    }
    let record = declared.record.value.compactMap { joinableField($0, of: far) }
    let member = joinableField(declared.member, of: far)
    let near = drafts[table.index].table
    let key = near.primaryKey
    guard key.count == declared.record.value.count else {
      let name = Printable.quoted(near.name.string)
      let columns = key.map { Printable.quoted(near[$0].name.string) }.joined(separator: ", ")
      let (message, hint) =
        key.isEmpty
        ? (
          "\(name) has no primary key that a link could name",
          "give the table a primary key; for a CSV file, \"primary_key\" declares it"
        )
        : (
          "the primary key of \(name) is \(columns)",
          "\"record\" lists one column for each of them, in this order"
        )
      problems.error(.mismatchedRelation, message, hint: hint, at: declared.record.range)
      return nil
    }
    guard record.count == key.count, let member else { return nil }
    return Link(
      table: far, pairs: zip(key, record).map { ColumnPair(near: $0, far: $1) }, member: member)
  }
}

extension Link {
  /// A link field shows which members belong to which record, so hiding either column in its own
  /// table hides the link too.
  fileprivate var origins: Set<FieldReference> {
    Set(pairs.map { FieldReference(table, $0.far) } + [FieldReference(table, member)])
  }
}

extension Field {
  /// This column with its declared properties.
  fileprivate func declared(_ declaration: FieldDeclaration, in zone: DateForm.Zone) -> Field {
    let isMany = declaration.type?.value.isManyValued == true
    let kind = declaration.kind(in: zone)
    let form = declaration.form
    let ignoresCase = form.ignoresCase && collation != .nocase
    return Field(
      name: name, declaredType: declaredType, affinity: affinity,
      collation: ignoresCase ? .nocase : collation, isNullable: isNullable,
      kind: kind == .unspecified ? self.kind : kind,
      members: MembersForm(
        separator: form.separator?.value, type: form.member?.value ?? .any),
      holdsOnly: holdsOnly, statesCollation: ignoresCase || statesCollation,
      storage: isMany ? .jsonArray : storage,
      isDeveloper: isDeveloper || declaration.isDeveloper, origins: origins)
  }

  /// `TEXT`, or `untyped`.
  fileprivate var typeDescription: String {
    declaredType.isEmpty
      ? "untyped" : String(Printable.quoted(declaredType).dropFirst().dropLast())
  }

  /// Whether the column stores text unchanged. The types `JSON` and `JSONB`, which some frameworks
  /// declare, have numeric affinity in SQLite, but keep any text that does not look like a number.
  fileprivate var mayHoldJSON: Bool {
    switch affinity {
    case .text, .blob: true
    case .numeric: Name(declaredType) == "JSON" || Name(declaredType) == "JSONB"
    case .integer, .real: false
    }
  }
}
