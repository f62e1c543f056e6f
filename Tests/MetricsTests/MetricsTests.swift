import Metrics
import Testing

@Suite("The text of metrics")
struct MetricsWriterTests {
    @Test("a metric has its help and its type, and then its samples")
    func sample() {
        var writer = MetricsWriter()
        writer.metric("things_total", .counter, "Things that happened.")
        writer.sample(3)
        writer.sample(-1, [("kind", "odd"), ("place", "here")])
        #expect(
            writer.text == """
                # HELP things_total Things that happened.
                # TYPE things_total counter
                things_total 3
                things_total{kind="odd",place="here"} -1

                """)
    }

    static let values: [(String, String)] = [
        ("plain", "plain"), ("", ""), ("a\"b", #"a\"b"#), ("a\\b", #"a\\b"#), ("a\nb", #"a\nb"#),
        ("é😀{}=,", "é😀{}=,"), ("\\\"\n", #"\\\"\n"#),
    ]

    @Test("a label's value cannot end its quotes or its line", arguments: values)
    func escaping(_ value: String, _ written: String) {
        var writer = MetricsWriter()
        writer.metric("m", .gauge, "M.")
        writer.sample(1, [("l", value)])
        #expect(writer.text.hasSuffix("m{l=\"\(written)\"} 1\n"))
    }

    @Test("durations are written in seconds, and each class counts those below it too")
    func durations() {
        var histogram = Histogram([1_000_000, 2_000_000_000])
        for value in [1, 1_000_000, 1_000_001, 2_000_000_001] { histogram.add(Int64(value)) }
        var writer = MetricsWriter()
        writer.metric("d_seconds", .histogram, "D.")
        writer.durations(histogram, [("route", "/a")])
        #expect(
            writer.text.split(separator: "\n").dropFirst(2) == [
                #"d_seconds_bucket{route="/a",le="0.001"} 2"#, #"d_seconds_bucket{route="/a",le="2.0"} 3"#,
                #"d_seconds_bucket{route="/a",le="+Inf"} 4"#, #"d_seconds_sum{route="/a"} 2.002000003"#,
                #"d_seconds_count{route="/a"} 4"#,
            ])
    }

    @Test("numbers are written as they are")
    func numbers() {
        var histogram = Histogram([1, 4])
        histogram.add(4)
        var writer = MetricsWriter()
        writer.metric("n", .histogram, "N.")
        writer.numbers(histogram)
        #expect(
            writer.text.split(separator: "\n").dropFirst(2) == [
                #"n_bucket{le="1"} 0"#, #"n_bucket{le="4"} 1"#, #"n_bucket{le="+Inf"} 1"#, "n_sum 4", "n_count 1",
            ])
    }

    @Test("a page has what each part writes at that moment")
    func page() {
        let page = MetricsPage()
        var number = 1
        page.add {
            $0.metric("a", .gauge, "A."); $0.sample(number)
        }
        page.add {
            $0.metric("b", .gauge, "B."); $0.sample(number)
        }
        number = 2
        let text = String(decoding: page.text, as: UTF8.self)
        #expect(text.split(separator: "\n").filter { !$0.hasPrefix("#") } == ["a 2", "b 2"])
    }
}
