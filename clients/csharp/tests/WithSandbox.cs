using System;
using FoilmockTesting;
using NUnit.Framework;

/// <summary>Tests with a sandbox each, and a player's client.</summary>
public abstract class WithSandbox
{
    protected const string Message = "POST /api/v1/sdk/chat/{persona_id}/message";
    protected static readonly DateTimeOffset Noon = new DateTimeOffset(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);

    protected Sandbox sandbox;
    protected Game game;

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
}
