using System;
using System.Collections.Generic;
using System.Linq;
using FoilmockTesting;
using NUnit.Framework;

public class JsonTests
{
    // MARK: Reading

    [TestCase("null")]
    [TestCase("true")]
    [TestCase("false")]
    [TestCase("0")]
    [TestCase("-0")]
    [TestCase("9007199254740993")]
    [TestCase("9223372036854775807")]
    [TestCase("123456789012345678901234567890")]
    [TestCase("1.50")]
    [TestCase("-1.5E-10")]
    [TestCase("1e+400")]
    [TestCase("\"\"")]
    [TestCase("\"Zoë 🦊 / <>&\"")]
    [TestCase("\"\\\"\\\\\\n\\r\\t\\u0000\\u001f\"")]
    [TestCase("\"\\ud83e\"")]
    [TestCase("\"a\\udd8ab\"")]
    [TestCase("\"\\udd8a\\ud83e\"")]
    [TestCase("[]")]
    [TestCase("{}")]
    [TestCase("[1,[2,{\"b\":null,\"a\":[]}],\"x\"]")]
    [TestCase("{\"a\":1,\"\":2}")]
    public void WhatIsReadIsWrittenTheSame(string text)
    {
        Assert.That(Json.Parse(text).ToString(), Is.EqualTo(text));
    }

    [TestCase("\"\\u00e9\"", "é")]
    [TestCase("\"\\u00E9\"", "é")]
    [TestCase("\"\\ud83e\\udd8a\"", "🦊")]
    [TestCase("\"\\b\\f\\/\"", "\b\f/")]
    [TestCase("\"\u007f\u2028\ufeff\"", "\u007f\u2028\ufeff")]
    public void EscapesAreRead(string json, string text)
    {
        Assert.That((string)Json.Parse(json), Is.EqualTo(text));
    }

    [Test]
    public void SpaceIsPassedOver()
    {
        Assert.That(Json.Parse(" \t\r\n{ \"a\" : [ 1 , 2 ] } ").ToString(), Is.EqualTo("{\"a\":[1,2]}"));
    }

    [TestCase("", 1, "a value, not the end")]
    [TestCase("  ", 3, "a value, not the end")]
    [TestCase("nul", 1, "a value, not \"n\"")]
    [TestCase("True", 1, "a value, not \"T\"")]
    [TestCase("[1,]", 4, "a value, not \"]\"")]
    [TestCase("[1 2]", 4, "\",\" or \"]\", not \"2\"")]
    [TestCase("[1", 3, "\",\" or \"]\", not the end")]
    [TestCase("{\"a\":1,}", 8, "a name in quotes, not \"}\"")]
    [TestCase("{a:1}", 2, "a name in quotes, not \"a\"")]
    [TestCase("{\"a\" 1}", 6, "\":\", not \"1\"")]
    [TestCase("{\"a\":1", 7, "\",\" or \"}\", not the end")]
    [TestCase("1 2", 3, "the end, not \"2\"")]
    [TestCase("01", 2, "the end, not \"1\"")]
    [TestCase("+1", 1, "a value, not \"+\"")]
    [TestCase("-", 2, "a digit, not the end")]
    [TestCase("-a", 2, "a digit, not \"a\"")]
    [TestCase(".5", 1, "a value, not \".\"")]
    [TestCase("1.", 3, "a digit, not the end")]
    [TestCase("1.e5", 3, "a digit, not \"e\"")]
    [TestCase("1e", 3, "a digit, not the end")]
    [TestCase("1e+-5", 4, "a digit, not \"-\"")]
    [TestCase("NaN", 1, "a value, not \"N\"")]
    [TestCase("1\u0660", 2, "the end, not \"\u0660\"")]
    [TestCase("\"a", 3, "a quote, not the end")]
    [TestCase("\"a\n\"", 3, "an escape in place of a control character, not \"\n\"")]
    [TestCase("\"\\x\"", 3, "an escape, one of \" \\ / b f n r t u, not \"x\"")]
    [TestCase("\"\\", 3, "an escape, one of \" \\ / b f n r t u, not the end")]
    [TestCase("\"\\u12\"", 6, "four hexadecimal digits, not \"\"\"")]
    [TestCase("\"\\u12", 6, "four hexadecimal digits, not the end")]
    [TestCase("\u00a01", 1, "a value, not \"\u00a0\"")]
    [TestCase("1\0", 2, "the end, not \"\0\"")]
    public void BrokenJsonIsRefusedWithThePlace(string text, int place, string told)
    {
        Assert.That(
            Assert.Throws<JsonError>(() => Json.Parse(text)).Message,
            Is.EqualTo("broken JSON at character " + place + ": there should be " + told));
    }

    [Test]
    public void TheDepthIsBounded()
    {
        string deep = new string('[', 512);
        Assert.That(Json.Parse(deep + new string(']', 512)).ToString().Length, Is.EqualTo(1024));
        Assert.That(
            Assert.Throws<JsonError>(() => Json.Parse(deep + "{")).Message,
            Is.EqualTo("broken JSON at character 513: there should be at most 512 levels, not \"{\""));
    }

    // MARK: Taking apart

    [Test]
    public void NumbersKeepEveryDigit()
    {
        Assert.That((long)Json.Parse("9007199254740993"), Is.EqualTo(9007199254740993L));
        Assert.That((long)Json.Parse("-9223372036854775808"), Is.EqualTo(long.MinValue));
        Assert.That((int)Json.Parse("-2147483648"), Is.EqualTo(int.MinValue));
        Assert.That((double)Json.Parse("1.5e3"), Is.EqualTo(1500.0));
        Assert.That((double)Json.Parse("0.1"), Is.EqualTo(0.1));
    }

    [TestCase("1.0", "1.0 is not a whole number of 64 bits")]
    [TestCase("9223372036854775808", "9223372036854775808 is not a whole number of 64 bits")]
    [TestCase("\"1\"", "\"1\" is not a whole number of 64 bits")]
    [TestCase("null", "null is not a whole number of 64 bits")]
    [TestCase("2147483648", "2147483648 is not a whole number of 32 bits")]
    public void ANumberIsTakenForNoOther(string text, string message)
    {
        Assert.That(Assert.Throws<JsonError>(() => ((int)Json.Parse(text)).ToString()).Message, Is.EqualTo(message));
    }

    [Test]
    public void AValueIsTakenForNoOther()
    {
        Assert.That(Message(() => (string)Json.Parse("1")), Is.EqualTo("1 is not a text"));
        Assert.That(Message(() => (bool)Json.Parse("\"true\"")), Is.EqualTo("\"true\" is not true or false"));
        Assert.That(Message(() => (double)Json.Parse("1e400")), Is.EqualTo("1e400 is not a number of 64 bits"));
        Assert.That(Message(() => (DateTimeOffset)Json.Parse("\"soon\"")), Is.EqualTo("\"soon\" is not a time"));
        Assert.That(Message(() => Json.Parse("{}").Items), Is.EqualTo("{} is not a list"));
        Assert.That(Message(() => Json.Parse("[]").Members), Is.EqualTo("[] is not an object"));
        Assert.That(Message(() => Json.Parse("1")["a"]), Is.EqualTo("1 is not an object"));
        string longText = "\"" + new string('x', 100) + "\"";
        Assert.That(Message(() => Json.Parse(longText).Items), Is.EqualTo("\"" + new string('x', 59) + "… is not a list"));
    }

    [Test]
    public void WhatIsMissingIsNamed()
    {
        Assert.That(Message(() => Json.Parse("{\"a\":1,\"b\":2}")["c"]), Is.EqualTo("there is no member \"c\"; there are a, b"));
        Assert.That(Message(() => Json.Parse("{}")["c"]), Is.EqualTo("there is no member \"c\"; there are none"));
        Assert.That(Message(() => Json.Parse("[1]")[1]), Is.EqualTo("there is no item 1; there are 1"));
        Assert.That(Message(() => Json.Parse("[1]")[-1]), Is.EqualTo("there is no item -1; there are 1"));
    }

    [Test]
    public void NullIsNoText()
    {
        Assert.That(Json.Parse("null").IsNull);
        Assert.That((string)Json.Parse("null"), Is.Null);
        Assert.That(Json.Parse("{\"a\":null}").Has("a"));
        Assert.That(Json.Parse("{\"a\":null}").Has("A"), Is.False);
    }

    [TestCase("2026-03-10T12:00:00Z", 0)]
    [TestCase("2026-03-10T12:00:00.212249704Z", 2122497)]
    [TestCase("2026-03-10T13:00:00+01:00", 0)]
    public void TimesAreRead(string text, long ticks)
    {
        var noon = new DateTimeOffset(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);
        Assert.That((DateTimeOffset)Json.From(text), Is.EqualTo(noon.AddTicks(ticks)));
    }

    [Test]
    public void EqualJsonIsEqual()
    {
        Assert.That(Json.Parse("{\"a\": 1}"), Is.EqualTo(Json.From(new { a = 1 })));
        Assert.That(Json.Parse("{\"a\": 1}"), Is.Not.EqualTo(Json.From(new { a = 2 })));
        Assert.That(Json.From("a"), Is.Not.EqualTo(Json.From("b")));
        Assert.That(Json.Parse("[1]").GetHashCode(), Is.EqualTo(Json.Parse("[ 1 ]").GetHashCode()));
    }

    // MARK: Putting together

    [Test]
    public void ObjectsBecomeJson()
    {
        object value = new
        {
            text = "é\u0001",
            yes = true,
            none = (string)null,
            bounds = new { gte = 1, @default = 2L },
            items = new object[] { 1.5, 0.1f, 1e300, (byte)1, ulong.MaxValue, 1.10m, new int[0] },
            map = new Dictionary<string, object> { ["seconds"] = 1 },
            counts = new SortedDictionary<string, int> { ["b"] = 2, ["a"] = 1 },
            json = Json.Parse("{\"x\":9007199254740993}"),
            empty = new { },
            at = new DateTimeOffset(2026, 3, 10, 13, 0, 0, TimeSpan.FromHours(1)).AddMilliseconds(250),
        };
        Assert.That(
            Json.From(value).ToString(),
            Is.EqualTo(
                "{\"text\":\"é\\u0001\",\"yes\":true,\"none\":null,\"bounds\":{\"gte\":1,\"default\":2},"
                + "\"items\":[1.5,0.1,1E+300,1,18446744073709551615,1.10,[]],\"map\":{\"seconds\":1},"
                + "\"counts\":{\"a\":1,\"b\":2},\"json\":{\"x\":9007199254740993},\"empty\":{},"
                + "\"at\":\"2026-03-10T12:00:00.25Z\"}"));
    }

    [Test]
    public void WhatIsNoJsonIsRefused()
    {
        Assert.Throws<ArgumentException>(() => Json.From(double.NaN));
        Assert.Throws<ArgumentException>(() => Json.From(float.NegativeInfinity));
        Assert.Throws<ArgumentException>(() => Json.From(new Dictionary<int, string> { [1] = "a" }));
        var error = Assert.Throws<ArgumentException>(() => Json.From(new { at = DateTime.UtcNow }));
        Assert.That(error.Message, Is.StringStarting("a System.DateTime cannot be JSON: give a text"));
        var endless = new List<object>();
        endless.Add(endless);
        Assert.Throws<ArgumentException>(() => Json.From(endless));
    }

    private static string Message(Func<object> taken)
    {
        return Assert.Throws<JsonError>(() => taken()).Message;
    }
}
