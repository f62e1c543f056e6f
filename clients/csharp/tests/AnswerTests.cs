using System;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using FoilmockTesting;
using NUnit.Framework;

/// <summary>Answers of a server that is not foilmock.</summary>
public class AnswerTests
{
    private static readonly DateTimeOffset Noon = new DateTimeOffset(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);

    private static readonly Action<Sandbox>[] Calls =
    {
        sandbox => sandbox.Sessions(), sandbox => sandbox.Reset(), sandbox => sandbox.Delete(), sandbox => sandbox.Snapshot(),
        sandbox => sandbox.Fault("done"), sandbox => sandbox.Faults(), sandbox => sandbox.Script(new { }), sandbox => sandbox.Journal(),
        sandbox => sandbox.Verify(1), sandbox => sandbox.Explain("session", 1), sandbox => sandbox.Clock.Now(),
        sandbox => sandbox.Clock.Freeze(), sandbox => sandbox.Clock.Offset(Noon), sandbox => sandbox.Clock.Real(),
        sandbox => sandbox.Clock.Advance(1),
    };

    [TestCase("{}")]
    [TestCase("null")]
    [TestCase("[]")]
    [TestCase("{\"sessions\":1,\"entries\":null,\"faults\":{},\"id\":[],\"ok\":\"yes\",\"now\":\"soon\","
        + "\"deleted\":0,\"name\":1,\"kind\":1,\"turn\":\"\"}")]
    [TestCase("<html>Welcome</html>")]
    [TestCase("")]
    public void AnAnswerWithoutWhatIsNeededIsNotThatOfAControlApi(string body)
    {
        foreach (Action<Sandbox> call in Calls) AssertForeign("200 OK", body, call, 200);
    }

    [TestCase("<html>Welcome</html>")]
    [TestCase("")]
    public void AnAnswerThatIsNoJsonIsNotThatOfAControlApi(string body)
    {
        AssertForeign("200 OK", body, sandbox => sandbox.Call("GET", "/limits"), 200);
        AssertForeign("200 OK", body, sandbox => sandbox.Limits(null), 200);
        AssertForeign("200 OK", body, sandbox => sandbox.Restore(Json.Null), 200);
        AssertForeign("200 OK", body, sandbox => sandbox.RemoveFaults(), 200);
    }

    [TestCase("301 Moved Permanently")]
    [TestCase("302 Found")]
    [TestCase("304 Not Modified")]
    [TestCase("307 Temporary Redirect")]
    public void ARedirectIsNotThatOfAControlApi(string status)
    {
        int number = int.Parse(status.Substring(0, 3));
        AssertForeign(status + "\r\nLocation: /login", "", sandbox => sandbox.Sessions(), number);
        AssertForeign(status + "\r\nLocation: /login", "", sandbox => sandbox.JournalText(), number);
    }

    private static void AssertForeign(string status, string body, Action<Sandbox> call, int number)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = new Thread(() => Answer(listener, status, body)) { IsBackground = true };
        answering.Start();
        string url = "http://" + listener.LocalEndpoint + "/_foilmock";
        using (new Variables("FOILMOCK_CONTROL_URL", url, "FOILMOCK_CONTROL_TOKEN", "a-token"))
        {
            var error = Assert.Throws<ControlError>(() => call(Foilmock.Start().Sandbox("cart")));
            Assert.That(
                error.Message,
                Is.StringMatching("^[A-Z]+ /sandboxes/cart[^ ]*: the answer of " + url + " is not that of a control API$"));
            Assert.That(error.Status, Is.EqualTo(number));
        }
        answering.Join();
        listener.Stop();
    }

    private static void Answer(TcpListener listener, string status, string body)
    {
        using (TcpClient client = listener.AcceptTcpClient())
        {
            // A connection that closes before it has read all is broken off.
            NetworkStream stream = client.GetStream();
            var received = new StringBuilder();
            var buffer = new byte[4096];
            while (!IsWhole(received.ToString()))
            {
                received.Append(Encoding.ASCII.GetString(buffer, 0, stream.Read(buffer, 0, buffer.Length)));
            }
            byte[] answer = Encoding.ASCII.GetBytes(
                "HTTP/1.1 " + status + "\r\nConnection: close\r\nContent-Length: " + body.Length + "\r\n\r\n" + body);
            stream.Write(answer, 0, answer.Length);
        }
    }

    private static bool IsWhole(string request)
    {
        int end = request.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0) return false;
        const string Field = "Content-Length: ";
        int length = request.IndexOf(Field, StringComparison.OrdinalIgnoreCase);
        return length < 0 || request.Length - end - 4 >= int.Parse(request.Substring(length + Field.Length).Split('\r')[0]);
    }
}
