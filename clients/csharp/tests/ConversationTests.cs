using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using FoilmockTesting;
using NUnit.Framework;

/// <summary>What goes wrong on purpose, what went on, and the calls themselves.</summary>
public class ConversationTests : WithSandbox
{
    // MARK: Faults and scripts

    [Test]
    public void AFaultStrikesWhatItMatches()
    {
        game.Begin("sam");
        game.Begin("kim");
        string fault = sandbox.Fault("status", new { status = 503, nth = 2, match = new { player = "sam" } });
        int[] statuses = { game.Say("sam", "1").Status, game.Say("kim", "1").Status, game.Say("sam", "2").Status };
        Assert.That(statuses, Is.EqualTo(new[] { 200, 200, 503 }));
        Json listed = sandbox.Faults().Single();
        Assert.That((string)listed["id"], Is.EqualTo(fault));
        Assert.That((int)listed["struck"], Is.EqualTo(1));
    }

    [Test]
    public void AFaultMayBeADictionary()
    {
        sandbox.Fault("delay", new Dictionary<string, object> { ["seconds"] = 1.5, ["count"] = 3L });
        Json fault = sandbox.Faults().Single();
        Assert.That((double)fault["seconds"], Is.EqualTo(1.5));
        Assert.That((long)fault["count"], Is.EqualTo(3));
    }

    [Test]
    public void FaultsAreRemoved()
    {
        string first = sandbox.Fault("done");
        string second = sandbox.Fault("comments");
        sandbox.RemoveFault(first);
        Assert.That((string)sandbox.Faults().Single()["id"], Is.EqualTo(second));
        sandbox.Fault("done");
        sandbox.RemoveFaults();
        Assert.That(sandbox.Faults(), Is.Empty);
    }

    [Test]
    public void AScriptSaysWhatComesNext()
    {
        game.Begin("sam");
        Json script = sandbox.Script(new { player = "sam", steps = new object[] { new { reply = "You again." }, new { error = 503 } } });
        Assert.That((int)script["left"], Is.EqualTo(2));
        Assert.That((string)game.Say("sam", "Hello").Body["message"], Is.EqualTo("You again."));
        Assert.That(game.Say("sam", "Hello").Status, Is.EqualTo(503));
    }

    // MARK: What went on

    [Test]
    public void TheJournalIsSearched()
    {
        game.Begin("sam");
        game.Begin("Zoë 🦊");
        game.Say("Zoë 🦊", "Hello");
        game.Say("nobody", "Hello");
        Assert.That(sandbox.Journal().Count, Is.EqualTo(4));
        Assert.That(sandbox.Journal(new { player = "Zoë 🦊" }).Count, Is.EqualTo(2));
        Assert.That(sandbox.Journal(new { status = 404 }).Count, Is.EqualTo(1));
        Assert.That(sandbox.Journal(new { status = new { gte = 200, lte = 299 } }).Count, Is.EqualTo(3));
        Assert.That(sandbox.Journal(new { status = new { gte = 400 } }).Count, Is.EqualTo(1));
        Assert.That(sandbox.Journal(new { status = new { lte = 299 } }).Count, Is.EqualTo(3));
        Assert.That(sandbox.Journal(new { duplicate = true }).Count, Is.EqualTo(0));
        Json entry = sandbox.Journal(new { route = Message, status = 200 })[0];
        Assert.That((string)entry["message"], Is.EqualTo("Hello"));
        Assert.That((string)entry["request"]["method"], Is.EqualTo("POST"));
        Assert.That((DateTimeOffset)entry["time"], Is.InRange(DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddMinutes(5)));
    }

    [Test]
    public void AQueryOfTheJournalTakesPlainValues()
    {
        var error = Assert.Throws<ArgumentException>(() => sandbox.Journal(new { message = new { any = new[] { "gold" } } }));
        Assert.That(
            error.Message,
            Is.EqualTo("\"message\" of a query must be a text, a number, true, false, or bounds { gte, lte }, not {\"any\":[\"gold\"]}"));
        Assert.That(Assert.Throws<ControlError>(() => sandbox.Journal(new { colour = "red" })).Message, Contains.Substring("colour"));
    }

    [Test]
    public void TheJournalIsOneLineAnEntry()
    {
        game.Begin("sam");
        string[] lines = sandbox.JournalText().Split(new[] { '\n' }, StringSplitOptions.RemoveEmptyEntries);
        Assert.That(Json.Parse(lines[0]).Has("foilmock"));
        Assert.That((string)Json.Parse(lines[lines.Length - 1])["player"], Is.EqualTo("sam"));
    }

    [Test]
    public void VerifyCounts()
    {
        game.Begin("sam");
        game.Say("sam", "a gold coin");
        game.Say("sam", "a silver coin");
        Assert.That(sandbox.Verify(2, new { route = Message }), Is.EqualTo(2));
        Assert.That(sandbox.Verify(new { gte = 1, lte = 3 }, new { message = new { any = new[] { "gold" } } }), Is.EqualTo(1));
        Assert.That(sandbox.Verify(3), Is.EqualTo(3));
    }

    [Test]
    public void AFailedVerifyExplains()
    {
        game.Begin("sam");
        game.Say("sam", "a gold coin");
        var error = Assert.Throws<VerifyError>(() => sandbox.Verify(1, new { route = Message, message = "a silver coin" }));
        Assert.That(error.Message, Is.StringStarting("0 requests match, not 1; nearest is #4 POST /api/v1/sdk/chat/"));
        Assert.That(error.Message, Is.StringEnding("message is \"a gold coin\""));
    }

    [Test]
    public void ATurnIsExplained()
    {
        game.Begin("sam");
        game.Say("sam", "Something rare?");
        string session = (string)sandbox.Sessions().Single()["session_id"];
        string lines = string.Join("\n", sandbox.Explain(session, 1)["lines"].Items.Select(line => (string)line));
        Assert.That(lines, Contains.Substring("greeting → negotiation pass +15"));
    }

    // MARK: Calls

    [Test]
    public void AnyOtherRouteIsCalled()
    {
        Assert.That((int)sandbox.Call("PUT", "/seed", new { seed = 7 })["seed"], Is.EqualTo(7));
        game.Begin("sam");
        game.Say("sam", "Hello");
        Json page = sandbox.Call("GET", "/journal", query: new { limit = 1, player = "sam" });
        Assert.That((string)page["entries"].Items.Single()["player"], Is.EqualTo("sam"));
        Assert.That((string)sandbox.Call("GET")["name"], Is.EqualTo(sandbox.Name));
    }

    [TestCase("sessions")]
    [TestCase("2")]
    [TestCase("?limit=1")]
    public void APathThatWouldNameAnotherSandboxIsRefused(string path)
    {
        var error = Assert.Throws<ArgumentException>(() => sandbox.Call("GET", path));
        Assert.That(error.Message, Is.EqualTo("a path of Call begins with \"/\", not \"" + path + "\""));
    }

    [TestCase("/..")]
    [TestCase("/../demo/sessions")]
    [TestCase("/%2e%2E/demo")]
    [TestCase("/.?limit=1")]
    [TestCase("/sessions/../../demo")]
    [TestCase("/..\\demo")]
    public void APathThatUrlsResolveIsRefused(string path)
    {
        var error = Assert.Throws<ArgumentException>(() => sandbox.Call("GET", path));
        Assert.That(error.Message, Is.EqualTo("a path of Call has no part \".\" or \"..\", unlike \"" + path + "\""));
    }

    [Test]
    public void AMistakeIsAnErrorInTheServersWords()
    {
        var error = Assert.Throws<ControlError>(() => sandbox.Call("PUT", "/clock", new { mode = "stopped" }));
        Assert.That(error.Status, Is.EqualTo(400));
        Assert.That(
            error.Message,
            Is.EqualTo(
                "PUT /sandboxes/" + sandbox.Name
                + "/clock: 400: $.mode: \"mode\" of a clock must be one of real, offset, frozen, not \"stopped\""));
    }

    [Test]
    public void CallsGoRoundAProxy()
    {
        IWebProxy proxy = WebRequest.DefaultWebProxy;
        WebRequest.DefaultWebProxy = new DeadProxy();
        try
        {
            Assert.That(sandbox.Sessions(), Is.Empty);
        }
        finally
        {
            WebRequest.DefaultWebProxy = proxy;
        }
    }

    [Test]
    public void ACallHasAConnectionOfItsOwnAndDoesNotWaitToSendItsBody()
    {
        sandbox.Limits(new { messages_per_minute = 1 });
        Json call = sandbox.Journal(new { control = true, method = "PUT" }).Last();
        Dictionary<string, string> fields = call["request"]["headers"].Items
            .ToDictionary(field => (string)field["name"], field => (string)field["value"], StringComparer.OrdinalIgnoreCase);
        Assert.That(fields["connection"], Is.EqualTo("close"));
        Assert.That(fields.ContainsKey("expect"), Is.False);
        Assert.That(fields["content-type"], Is.EqualTo("application/json"));
    }

    /// <summary>WebProxy never sends calls of the loopback to a proxy, proxies of the environment may.</summary>
    private sealed class DeadProxy : IWebProxy
    {
        public ICredentials Credentials { get; set; }

        public Uri GetProxy(Uri destination)
        {
            return new Uri("http://127.0.0.1:1");
        }

        public bool IsBypassed(Uri host)
        {
            return false;
        }
    }
}
