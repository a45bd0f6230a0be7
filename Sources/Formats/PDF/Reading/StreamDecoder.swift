// SPDX-License-Identifier: Apache-2.0

/// Undoes the filters of a stream within a budget of bytes (rule PD-01).
struct StreamDecoder {
    /// What may still be expanded of ``Limits/expandedSize``.
    private(set) var budget = Limits.expandedSize

    /// - Parameter resolve: Follows a reference to the filter's parameters.
    mutating func data(
        of stream: PDFStream, resolve: (PDFObject) -> PDFObject
    ) throws(PDFError) -> [UInt8] {
        let filters = Self.list(stream.dictionary["Filter"], resolve)
        let parameters = Self.list(stream.dictionary["DecodeParms"], resolve)
        guard filters.count <= Limits.filters else { throw .expandsTooMuch }
        var data = stream.data
        for (index, filter) in filters.enumerated() {
            let settings = index < parameters.count ? parameters[index].dictionaryValue : nil
            switch filter.nameValue {
            case "FlateDecode", "Fl":
                let expanded = try expand(data)
                data = try Predictor(settings ?? [:]).undo(expanded)[...]
            case "ASCIIHexDecode", "AHx": data = try Self.hexadecimal(data)[...]
            case let name: throw .unsupportedFilter(name ?? "")
            }
        }
        return Array(data)
    }

    private mutating func expand(_ data: ArraySlice<UInt8>) throws(PDFError) -> [UInt8] {
        let byRatio = max(Limits.expansionRatioFloor, data.count * Limits.expansionRatio)
        do throws(Deflate.Failure) {
            let expanded = try Deflate.expand(data, limit: min(budget, byRatio))
            budget -= expanded.count
            return expanded
        } catch {
            throw error == .tooLarge ? .expandsTooMuch : .damagedStream
        }
    }

    private static func list(_ object: PDFObject?, _ resolve: (PDFObject) -> PDFObject)
        -> [PDFObject]
    {
        guard let object else { return [] }
        let value = resolve(object)
        return value.arrayValue?.map(resolve) ?? [value]
    }

    private static func hexadecimal(_ data: ArraySlice<UInt8>) throws(PDFError) -> [UInt8] {
        var output: [UInt8] = []
        var high: UInt8?
        for byte in data where !Syntax.isWhitespace(byte) {
            if byte == UInt8(ascii: ">") { break }
            guard let digit = ObjectParser.hexadecimal(byte) else { throw .damagedStream }
            if let first = high {
                output.append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        if let high { output.append(high << 4) }
        return output
    }
}

/// The predictors of the Flate filter (ISO 32000-1, 7.4.4.4): none, or PNG's on whole bytes.
private struct Predictor {
    private let kind, bytesPerPixel, rowSize: Int

    init(_ parameters: PDFDictionary) throws(PDFError) {
        kind = parameters["Predictor"]?.integerValue ?? 1
        let colors = parameters["Colors"]?.integerValue ?? 1
        let bits = parameters["BitsPerComponent"]?.integerValue ?? 8
        let columns = parameters["Columns"]?.integerValue ?? 1
        guard (1...32).contains(colors), [1, 2, 4, 8, 16].contains(bits),
            (1...1 << 20).contains(columns)
        else { throw .damagedStream }
        bytesPerPixel = max(1, colors * bits / 8)
        rowSize = (colors * bits * columns + 7) / 8
    }

    func undo(_ data: [UInt8]) throws(PDFError) -> [UInt8] {
        if kind == 1 { return data }
        guard (10...15).contains(kind) else { throw .unsupportedFilter("Predictor \(kind)") }
        var output: [UInt8] = []
        output.reserveCapacity(data.count)
        var previous = [UInt8](repeating: 0, count: rowSize)
        for start in stride(from: 0, to: data.count, by: rowSize + 1) {
            var row = Array(data[min(start + 1, data.count)..<min(start + 1 + rowSize, data.count)])
            try undo(data[start], &row, above: previous)
            output.append(contentsOf: row)
            guard row.count == rowSize else { break }
            previous = row
        }
        return output
    }

    private func undo(_ type: UInt8, _ row: inout [UInt8], above: [UInt8]) throws(PDFError) {
        guard type <= 4 else { throw .damagedStream }
        guard type > 0 else { return }
        for index in row.indices {
            let left = index >= bytesPerPixel ? row[index - bytesPerPixel] : 0
            let upper = above[index]
            let corner = index >= bytesPerPixel ? above[index - bytesPerPixel] : 0
            switch type {
            case 1: row[index] &+= left
            case 2: row[index] &+= upper
            case 3: row[index] &+= UInt8((Int(left) + Int(upper)) / 2)
            default: row[index] &+= Self.paeth(left, upper, corner)
            }
        }
    }

    private static func paeth(_ left: UInt8, _ upper: UInt8, _ corner: UInt8) -> UInt8 {
        let estimate = Int(left) + Int(upper) - Int(corner)
        let distances = [left, upper, corner].map { abs(estimate - Int($0)) }
        if distances[0] <= distances[1], distances[0] <= distances[2] { return left }
        return distances[1] <= distances[2] ? upper : corner
    }
}
