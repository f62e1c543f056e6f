using System;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using FoilmockTesting;
using NUnit.Framework;

/// <summary>A process with a server, for tests that kill it.</summary>
public static class Holder
{
    public const string Word = "hold";

    public static int Hold()
    {
        Console.WriteLine(Foilmock.Start().ProcessId);
        // It ends with the tests at the latest.
        Console.In.ReadToEnd();
        return 0;
    }
}

public class EndingTests
{
    [Test]
    public void DisposeEndsTheServer()
    {
        Server server = Foilmock.Start();
        Assert.That(Shared.Runs(server.ProcessId.Value));
        Stopwatch watch = Stopwatch.StartNew();
        server.Dispose();
        // After 5 seconds it would be killed.
        Assert.That(watch.Elapsed.TotalSeconds, Is.LessThan(5));
        Assert.That(Shared.Runs(server.ProcessId.Value), Is.False);
        server.Dispose();
    }

    [Test]
    public void ACallAfterDisposeSaysSo()
    {
        Server server = Foilmock.Start();
        Sandbox sandbox = server.Sandbox("cart");
        server.Dispose();
        var error = Assert.Throws<ControlError>(() => sandbox.Reset());
        Assert.That(error.Status, Is.Null);
        Assert.That(
            error.Message,
            Is.EqualTo("POST /sandboxes/cart/reset: no answer from " + server.ControlUrl + ": the server was stopped by Dispose()"));
    }

    [Test]
    public void ACallOfAServerThatWasKilledSaysSo()
    {
        using (Server server = Foilmock.Start())
        {
            Process.GetProcessById(server.ProcessId.Value).Kill();
            Shared.AssertEnds(server.ProcessId.Value);
            var error = Assert.Throws<ControlError>(() => server.Sandbox("cart").Reset());
            Assert.That(error.Message, Contains.Substring("the server has ended, exit code "));
        }
    }

    [Test]
    public void TheServerOfAKilledProcessEnds()
    {
        using (var holder = new Process())
        {
            holder.StartInfo = new ProcessStartInfo("/usr/bin/mono", Assembly.GetExecutingAssembly().Location + " " + Holder.Word)
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            };
            holder.Start();
            int server = int.Parse(holder.StandardOutput.ReadLine(), CultureInfo.InvariantCulture);
            Assert.That(Shared.Runs(server));
            // SIGKILL.
            holder.Kill();
            holder.WaitForExit();
            Shared.AssertEnds(server);
        }
    }
}
