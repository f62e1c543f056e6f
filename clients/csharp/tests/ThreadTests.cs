using System;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Linq;
using System.Reflection;
using System.Threading;
using FoilmockTesting;
using NUnit.Framework;

/// <summary>A process with many threads that all use one server; its thread pool is as small as mono makes it.</summary>
public static class Crowd
{
    public const string Word = "crowd";

    private static readonly DateTimeOffset Noon = new DateTimeOffset(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);

    public static int Gather()
    {
        var failures = new ConcurrentQueue<Exception>();
        using (Server server = Foilmock.Start())
        {
            Thread[] threads = Enumerable.Range(0, 100).Select(number => new Thread(() => Use(server, number, failures))).ToArray();
            foreach (Thread thread in threads) thread.Start();
            foreach (Thread thread in threads) thread.Join();
        }
        foreach (Exception failure in failures) Console.WriteLine(failure);
        return failures.IsEmpty ? 0 : 1;
    }

    private static void Use(Server server, int number, ConcurrentQueue<Exception> failures)
    {
        try
        {
            Sandbox own = server.TestSandbox("thread " + number);
            own.Clock.Freeze(Noon.AddDays(number));
            own.Fault("done");
            own.Verify(0);
            Assert.That(own.Clock.Now(), Is.EqualTo(Noon.AddDays(number)));
            Assert.That(own.Faults().Count, Is.EqualTo(1));
        }
        catch (Exception error)
        {
            failures.Enqueue(error);
        }
    }
}

public class ThreadTests
{
    [Test]
    public void ManyThreadsCallAtOnce()
    {
        using (var crowd = new Process())
        {
            crowd.StartInfo = new ProcessStartInfo("/usr/bin/mono", Assembly.GetExecutingAssembly().Location + " " + Crowd.Word)
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
            };
            crowd.Start();
            // It took most of a minute when calls of mono waited for each other in its thread pool.
            bool isQuick = crowd.WaitForExit(8000);
            if (!isQuick) crowd.Kill();
            Assert.That(crowd.StandardOutput.ReadToEnd(), Is.Empty);
            Assert.That(isQuick);
            Assert.That(crowd.ExitCode, Is.EqualTo(0));
        }
    }
}
