package foilmock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import foilmock.Foilmock.Json;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    @Test
    void anObjectKeepsItsOrder() {
        Map<String, Object> object = Json.object(" {\"z\" : 1,\r\n\t\"a\":[true,false,null,{}, []] } ");
        assertEquals("[z, a]", object.keySet().toString());
        assertEquals(Arrays.asList(true, false, null, Map.of(), List.of()), object.get("a"));
    }

    @Test
    void escapesAreRead() {
        assertEquals("\"\\/\b\f\n\r\té😀", Json.read("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00E9\\ud83d\\uDE00\""));
    }

    @Test
    void halfOfAPairOfSurrogatesIsKept() {
        assertEquals("\ud800x", Json.read("\"\\ud800x\""));
        assertEquals("\"\\ud800x\\udc00\"", Json.write("\ud800x\udc00"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "9223372036854775807", "-9223372036854775808"})
    void aWholeNumberIsALong(String text) {
        assertEquals(Long.valueOf(text), Json.read(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.5", "-0.0", "1e3", "1E+3", "2.5e-3", "9223372036854775808", "1.7976931348623157e308"})
    void anyOtherNumberIsADouble(String text) {
        assertEquals(Double.valueOf(text), Json.read(text));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "``|a value, not the end (line 1, column 1)",
        "nul|a value, not \"n\" (line 1, column 1)",
        "[1 2]|a comma or ], not \"2\" (line 1, column 4)",
        "[1,]|a value, not \"]\" (line 1, column 4)",
        "{\"a\" 1}|a colon, not \"1\" (line 1, column 6)",
        "{a:1}|a name in quotation marks, not \"a\" (line 1, column 2)",
        "{\"a\":1,}|a name in quotation marks, not \"}\" (line 1, column 8)",
        "{\"a\":1|a comma or }, not the end (line 1, column 7)",
        "1 😀|the end, not \"😀\" (line 1, column 3)",
        "\"abc|a quotation mark, not the end (line 1, column 5)",
        "\"\\x\"|an escape, not \"x\" (line 1, column 3)",
        "\"\\u12g4\"|four hexadecimal digits, not \"g\" (line 1, column 6)",
        "01|the end, not \"1\" (line 1, column 2)",
        "-|a digit, not the end (line 1, column 2)",
        "1.|a digit, not the end (line 1, column 3)",
        "1e+|a digit, not the end (line 1, column 4)",
        ".5|a value, not \".\" (line 1, column 1)",
        "NaN|a value, not \"N\" (line 1, column 1)",
        "[1e999]|a number that a double can hold, not \"1\" (line 1, column 2)",
    })
    void aMistakeIsNamedWithItsPlace(String text, String mistake) {
        Exception error = assertThrows(IllegalArgumentException.class, () -> Json.read(text));
        assertEquals("JSON: expected " + mistake, error.getMessage());
    }

    @Test
    void thePlaceOfAMistakeCountsLines() {
        Exception error = assertThrows(IllegalArgumentException.class, () -> Json.read("{\n  \"a\": 1,\n  \"b\": \"x\ny\"}"));
        assertEquals("JSON: expected a quotation mark, not \"\\u000a\" (line 3, column 10)", error.getMessage());
    }

    @Test
    void depthHasABound() {
        String deepest = "[".repeat(500) + "]".repeat(500);
        assertEquals(deepest, Json.write(Json.read(deepest)));
        Exception error = assertThrows(IllegalArgumentException.class, () -> Json.read("[".repeat(100_000)));
        assertEquals("JSON: expected at most 500 arrays and objects within each other, not \"[\" (line 1, column 501)", error.getMessage());
        List<Object> itself = new ArrayList<>();
        itself.add(itself);
        error = assertThrows(IllegalArgumentException.class, () -> Json.write(itself));
        assertEquals("JSON: more than 500 collections within each other", error.getMessage());
    }

    @Test
    void onlyAnObjectOrNullIsAnObject() {
        assertNull(Json.object("null"));
        Exception error = assertThrows(IllegalArgumentException.class, () -> Json.object("[1]"));
        assertEquals("JSON: expected an object, not [1]", error.getMessage());
    }

    @Test
    void valuesAreWritten() {
        Map<String, Object> object = new TreeMap<>();
        object.put("a", Arrays.asList(1, 2L, 0.5, new BigDecimal("1E+3"), BigInteger.TEN.pow(400), true, null));
        object.put("b\u0001\"\\", new StringBuilder("é😀\n"));
        object.put("c", Map.of());
        object.put("d", List.of());
        assertEquals("{\"a\":[1,2,0.5,1E+3," + BigInteger.TEN.pow(400) + ",true,null],"
                + "\"b\\u0001\\\"\\\\\":\"é😀\\u000a\",\"c\":{},\"d\":[]}", Json.write(object));
    }

    @Test
    void whatJsonDoesNotHaveIsRefused() {
        for (Object number : List.of(Double.NaN, Float.NEGATIVE_INFINITY)) {
            Exception error = assertThrows(IllegalArgumentException.class, () -> Json.write(number));
            assertEquals("JSON has no " + number, error.getMessage());
        }
        Exception error = assertThrows(IllegalArgumentException.class, () -> Json.write(List.of(Thread.State.NEW)));
        assertEquals("JSON has no java.lang.Thread$State: give a Map, an Iterable, a text, a number, a Boolean or null",
                error.getMessage());
    }
}
