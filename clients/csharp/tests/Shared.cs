using System;
using System.Globalization;
using System.IO;
using System.Threading;
using FoilmockTesting;
using NUnit.Framework;

/// <summary>The server of the tests that need not start one of their own.</summary>
[SetUpFixture]
public sealed class Shared
{
    public static Server Server { get; private set; }

    [SetUp]
    public void Start()
    {
        Server = Foilmock.Start();
    }

    [TearDown]
    public void Stop()
    {
        Server.Dispose();
    }

    /// <summary>Waits until the process is gone, but for the entry that its parent has not taken away yet.</summary>
    public static void AssertEnds(int process)
    {
        DateTime deadline = DateTime.UtcNow.AddSeconds(20);
        while (Runs(process))
        {
            if (DateTime.UtcNow > deadline) Assert.Fail("process " + process + " still runs");
            Thread.Sleep(5);
        }
    }

    public static bool Runs(int process)
    {
        try
        {
            string state = File.ReadAllText("/proc/" + process.ToString(CultureInfo.InvariantCulture) + "/stat");
            return state[state.LastIndexOf(')') + 2] != 'Z';
        }
        catch (IOException)
        {
            return false;
        }
    }
}

/// <summary>Variables of the environment as a test wants them, and at its end as they were.</summary>
public sealed class Variables : IDisposable
{
    private readonly string[] names;
    private readonly string[] values;

    public Variables(params string[] namesAndValues)
    {
        names = new string[namesAndValues.Length / 2];
        values = new string[names.Length];
        for (int index = 0; index < names.Length; index++)
        {
            names[index] = namesAndValues[index * 2];
            values[index] = Environment.GetEnvironmentVariable(names[index]);
            Environment.SetEnvironmentVariable(names[index], namesAndValues[(index * 2) + 1]);
        }
    }

    public void Dispose()
    {
        for (int index = 0; index < names.Length; index++) Environment.SetEnvironmentVariable(names[index], values[index]);
    }
}
