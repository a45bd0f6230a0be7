// SPDX-License-Identifier: Apache-2.0
import Coverage
import FormPacks
package import JSON

/// Which packs PID uses and how its forms are made from one another, as `Data/pid.json` says.
///
/// No form has a name in Swift: the message, the fee statement, the patient's paper and the notice
/// are whatever that file names.
package struct PIDForms: Sendable, Hashable {
    /// A form that is made from others.
    package struct Recipe: Sendable, Hashable {
        package let pack: String
        let draft: FormDraft

        init(_ file: JSONReader) throws(JSONReadingError) {
            try file.allowOnly(["pack", "form"])
            pack = try file.member("pack").string()
            draft = try FormDraft(reading: file.member("form"))
        }
    }

    /// The message of a simulation, made from any statement that bills acts.
    let message: Recipe
    /// The packs of what else goes and comes.
    let answerPack, confirmationPack, contestationPack, contestationAnswerPack: String
    /// The ordinary fee statement, made from a message.
    let statement: Recipe
    /// What the patient gets instead of a bill.
    let paper: Recipe
    /// What the patient is told of a contestation.
    let notice: Recipe

    package init(_ file: JSONReader) throws(JSONReadingError) {
        try file.allowOnly(["sources", "message", "packs", "statement", "paper", "notice"])
        message = try Recipe(file.member("message"))
        let packs = try file.member("packs")
        answerPack = try packs.member("answer").string()
        confirmationPack = try packs.member("confirmation").string()
        contestationPack = try packs.member("contestation").string()
        contestationAnswerPack = try packs.member("contestationAnswer").string()
        statement = try Recipe(file.member("statement"))
        paper = try Recipe(file.member("paper"))
        notice = try Recipe(file.member("notice"))
    }
}

/// Makes the forms of PID from one another.
struct PIDFormMaker: Sendable {
    let forms: PIDForms
    let packs: PackLibrary
    /// What forms say of the program that made them, for the recipes.
    let software: [String: String]

    /// Checks a form against one pack, whatever its kind.
    func check(
        _ input: FormInput, pack: String, today: CalendarDate, uuid: String? = nil
    ) throws -> CheckResult {
        try packs.check(
            input, pack: pack, today: today, uuid: uuid, kinds: Set(PackManifest.Kind.allCases))
    }

    func form(
        _ recipe: PIDForms.Recipe, from sources: [String: FormElement], values: [String: String],
        today: CalendarDate
    ) throws -> (json: JSONValue, result: CheckResult) {
        let json = recipe.draft.form(
            from: sources, values: values.merging(software) { own, _ in own })
        let result = try check(.json(json.serialized()), pack: recipe.pack, today: today)
        return (json, result)
    }

    /// The tree of a message that was checked when it was kept.
    func tree(
        of bytes: [UInt8], pack: String, today: CalendarDate
    ) throws -> FormElement? {
        try check(.xml(bytes), pack: pack, today: today).document?.root
    }
}
