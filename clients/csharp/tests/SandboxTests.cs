using System;
using System.Linq;
using FoilmockTesting;
using NUnit.Framework;

/// <summary>Names, clock and state of a sandbox.</summary>
public class SandboxTests : WithSandbox
{
    // MARK: Names

    [Test]
    public void TheKeyOfATestFollowsFromItsName()
    {
        // By sha256sum.
        Assert.That(Shared.Server.TestSandbox("Zoë's test").Key, Is.EqualTo("pk_test_e418e096e1338d12816a8b70"));
    }

    [TestCase("pk_test_cart")]
    [TestCase("ft_sk_test_cart")]
    [TestCase("ftc_test_cart")]
    public void ASandboxThatIsNamedAsAKeyHasThatKey(string name)
    {
        Assert.That(Shared.Server.Sandbox(name).Key, Is.EqualTo(name));
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

    [TestCase("a\\ud83eb")]
    [TestCase("\\udd8a")]
    public void ANameWithHalfOfASurrogatePairIsRefused(string escaped)
    {
        // NUnit cannot name a test by such a text.
        string name = (string)Json.Parse("\"" + escaped + "\"");
        Action[] calls =
        {
            () => Shared.Server.Sandbox(name), () => Shared.Server.TestSandbox(name), () => sandbox.RemoveFault(name),
            () => sandbox.Explain(name, 1), () => sandbox.Journal(new { player = name }), () => sandbox.Call("GET", "/personas/" + name),
        };
        foreach (Action call in calls)
        {
            var error = Assert.Throws<ArgumentException>(() => call());
            Assert.That(error.Message, Is.StringMatching("^\".*\" has half of a surrogate pair, which UTF-8 cannot have$"));
            Assert.That(error.Message, Contains.Substring(escaped));
        }
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
}
