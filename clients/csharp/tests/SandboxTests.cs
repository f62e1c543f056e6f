using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Threading;
using FoilmockTesting;
using NUnit.Framework;

/// <summary>Each call against a server.</summary>
public class SandboxTests
{
    private const string Message = "POST /api/v1/sdk/chat/{persona_id}/message";
    private static readonly DateTimeOffset Noon = new DateTimeOffset(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);

    private Sandbox sandbox;
    private Game game;

    [SetUp]
    public void Open()
    {
        sandbox = Shared.Server.TestSandbox(TestContext.CurrentContext.Test.FullName);
        game = new Game(sandbox.BaseUrl, sandbox.Key);
    }

    [TearDown]
    public void Close()
    {
        game.Dispose();
    }

    // MARK: Names

    [Test]
    public void TheKeyOfATestFollowsFromItsName()
    {
        // By sha256sum.
        Assert.That(Shared.Server.TestSandbox("Zoë's test").Key, Is.EqualTo("pk_test_e418e096e1338d12816a8b70"));
    }

    [Test]
    public void ATestSandboxIsEmptyAndHasNoLimits()
    {
        game.Begin("sam");
        sandbox.Clock.Freeze();
        sandbox.Limits(new { messages_per_minute = 1 });
        Sandbox again = Shared.Server.TestSandbox(TestContext.CurrentContext.Test.FullName);
        Assert.That(again.Name, Is.EqualTo(sandbox.Name));
        Assert.That(again.Sessions(), Is.Empty);
        Assert.That((string)again.Call("GET", "/clock")["mode"], Is.EqualTo("real"));
        Assert.That(again.Call("GET", "/limits").IsNull);
    }

    [Test]
    public void ASandboxWithoutAKeySaysSo()
    {
        Sandbox demo = Shared.Server.Sandbox("demo");
        Assert.That(
            Assert.Throws<InvalidOperationException>(() => Console.Write(demo.Key)).Message,
            Is.EqualTo("sandbox \"demo\" has no key of its own: use a key of its account, or OwnUrl"));
        Assert.That(demo.ToString(), Is.EqualTo("Sandbox(demo)"));
    }

    [Test]
    public void UnderItsOwnUrlAnyKeyActsInIt()
    {
        Sandbox cart = Shared.Server.Sandbox("cart-of-own-url");
        cart.Reset();
        using (var player = new Game(cart.OwnUrl, Shared.Server.ApiKey)) player.Begin("sam");
        Assert.That((string)cart.Sessions().Single()["player"], Is.EqualTo("sam"));
    }

    [TestCase("a/b")]
    [TestCase("a?b#c")]
    [TestCase("a%2Fb")]
    [TestCase("../demo")]
    [TestCase("Zoë 🦊")]
    [TestCase("")]
    public void ANameOfASandboxIsOneSegmentOfThePath(string name)
    {
        var error = Assert.Throws<ControlError>(() => Shared.Server.Sandbox(name).Limits(null));
        Assert.That(error.Status, Is.EqualTo(404));
        Assert.That(error.Message, Contains.Substring("\"/@" + name + "\" names no sandbox"));
    }

    [TestCase(".")]
    [TestCase("..")]
    public void ANameThatUrlsResolveIsRefused(string name)
    {
        Assert.Throws<ArgumentException>(() => Shared.Server.Sandbox(name));
        Assert.Throws<ArgumentException>(() => sandbox.RemoveFault(name));
        Assert.Throws<ArgumentException>(() => sandbox.Explain(name, 1));
    }

    [Test]
    public void OtherNamesInPathsAreEncoded()
    {
        var error = Assert.Throws<ControlError>(() => sandbox.Explain("no/such?session", 1));
        Assert.That(error.Message, Contains.Substring("There is no session \"no/such?session\""));
        error = Assert.Throws<ControlError>(() => sandbox.RemoveFault(""));
        Assert.That(error.Message, Contains.Substring("There is no fault \"\""));
    }

    // MARK: Clock

    [Test]
    public void TheClockIsFrozenAtNoonUnlessToldOtherwise()
    {
        sandbox.Clock.Freeze();
        Assert.That(sandbox.Clock.Now(), Is.EqualTo(Noon));
        sandbox.Clock.Freeze(new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.FromHours(-5)));
        Assert.That(sandbox.Clock.Now(), Is.EqualTo(new DateTimeOffset(2030, 1, 2, 8, 4, 5, TimeSpan.Zero)));
        Assert.That(sandbox.Clock.Now().Offset, Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public void AdvanceReturnsTheTime()
    {
        sandbox.Clock.Freeze();
        Assert.That(sandbox.Clock.Advance(90), Is.EqualTo(Noon.AddSeconds(90)));
        sandbox.Clock.Advance(0.25);
        Assert.That(sandbox.Clock.Advance(0.75), Is.EqualTo(Noon.AddSeconds(91)));
    }

    [Test]
    public void EachRequestMayPutTheClockOn()
    {
        sandbox.Clock.Freeze(autoAdvanceSeconds: 2.5);
        game.Begin("sam");
        game.Say("sam", "Hello");
        Assert.That(sandbox.Clock.Now(), Is.EqualTo(Noon.AddSeconds(5)));
    }

    [Test]
    public void AnOffsetClockRunsOn()
    {
        sandbox.Clock.Offset(Noon);
        Assert.That((string)sandbox.Call("GET", "/clock")["mode"], Is.EqualTo("offset"));
        Assert.That((sandbox.Clock.Now() - Noon).TotalMinutes, Is.InRange(0, 5));
    }

    [Test]
    public void ARealClockIsTheSystems()
    {
        sandbox.Clock.Freeze();
        sandbox.Clock.Real();
        Assert.That((sandbox.Clock.Now() - DateTimeOffset.UtcNow).TotalMinutes, Is.InRange(-5, 5));
        var error = Assert.Throws<ControlError>(() => sandbox.Clock.Advance(1));
        Assert.That(error.Status, Is.EqualTo(400));
        Assert.That(error.Message, Contains.Substring("cannot be advanced"));
    }

    // MARK: State

    [Test]
    public void ResetRemovesEverything()
    {
        game.Begin("sam");
        Assert.That(sandbox.Sessions().Count, Is.EqualTo(1));
        Assert.That((int)sandbox.Reset()["sessions"], Is.EqualTo(0));
        Assert.That(sandbox.Sessions(), Is.Empty);
    }

    [Test]
    public void ADeletedSandboxIsGone()
    {
        sandbox.Delete();
        Assert.That(Assert.Throws<ControlError>(() => sandbox.Sessions()).Status, Is.EqualTo(404));
    }

    [Test]
    public void LimitsHoldUntilTheyAreLifted()
    {
        sandbox.Clock.Freeze();
        sandbox.Limits(new { messages_per_minute = 1 });
        game.Begin("sam");
        Assert.That(new[] { game.Say("sam", "1").Status, game.Say("sam", "2").Status }, Is.EqualTo(new[] { 200, 429 }));
        sandbox.Limits(null);
        Assert.That(new[] { game.Say("sam", "3").Status, game.Say("sam", "4").Status }, Is.EqualTo(new[] { 200, 200 }));
    }

    [Test]
    public void ASnapshotIsRestored()
    {
        sandbox.Clock.Freeze();
        game.Begin("Zoë 🦊");
        game.Say("Zoë 🦊", "I heard you have something rare for sale. \"\\\n");
        Json snapshot = sandbox.Snapshot();
        sandbox.Reset();
        sandbox.Restore(snapshot);
        Assert.That((string)sandbox.Sessions().Single()["player"], Is.EqualTo("Zoë 🦊"));
        Assert.That(sandbox.Snapshot(), Is.EqualTo(snapshot));
        Assert.That(Json.Parse(snapshot.ToString()), Is.EqualTo(snapshot));
    }

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

    [Test]
    public void CallsAreMadeFromAnyThread()
    {
        var failures = new ConcurrentQueue<Exception>();
        Thread[] threads = Enumerable.Range(0, 8).Select(number => new Thread(() => Use(number, failures))).ToArray();
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        Assert.That(failures, Is.Empty);
    }

    private static void Use(int number, ConcurrentQueue<Exception> failures)
    {
        try
        {
            Sandbox own = Shared.Server.TestSandbox("thread " + number);
            own.Clock.Freeze(Noon.AddDays(number));
            own.Fault("done");
            Assert.That(own.Clock.Now(), Is.EqualTo(Noon.AddDays(number)));
            Assert.That(own.Faults().Count, Is.EqualTo(1));
        }
        catch (Exception error)
        {
            failures.Enqueue(error);
        }
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
