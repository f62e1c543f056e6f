using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using FoilmockTesting;
using NUnit.Framework;

public class StartTests
{
    private static readonly string Program = Environment.GetEnvironmentVariable("FOILMOCK_PROGRAM");

    private string folder;

    [SetUp]
    public void MakeFolder()
    {
        folder = Path.Combine(Path.GetTempPath(), "foilmock-csharp-" + Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(folder);
    }

    [TearDown]
    public void RemoveFolder()
    {
        Directory.Delete(folder, true);
    }

    [Test]
    public void TheServerSaysWhereItIs()
    {
        Server server = Shared.Server;
        Assert.That(server.BaseUrl, Is.StringMatching(@"^http://127\.0\.0\.1:\d+$"));
        Assert.That(server.ControlUrl, Is.EqualTo(server.BaseUrl + "/_foilmock"));
        Assert.That(server.ApiKey, Is.EqualTo("pk_live_demo"));
        Assert.That(server.ControlToken.Length, Is.GreaterThanOrEqualTo(8));
        Assert.That(server.ToString(), Is.EqualTo("Server(" + server.BaseUrl + ")"));
    }

    [Test]
    public void TwoServersKnowNothingOfEachOther()
    {
        using (Server other = Foilmock.Start())
        {
            Assert.That(other.ProcessId, Is.Not.EqualTo(Shared.Server.ProcessId));
            Shared.Server.Sandbox("cart").Clock.Freeze();
            other.Sandbox("cart").Clock.Freeze(DateTimeOffset.UnixEpoch);
            Assert.That(Shared.Server.Sandbox("cart").Clock.Now().Year, Is.EqualTo(2026));
            Assert.That(other.Sandbox("cart").Clock.Now().Year, Is.EqualTo(1970));
        }
    }

    [Test]
    public void AServerWhoseProcessStartedLaterDoesNotHoldTheFirstOne()
    {
        Server first = Foilmock.Start();
        using (Foilmock.Start())
        {
            first.Dispose();
            Assert.That(Shared.Runs(first.ProcessId.Value), Is.False);
        }
    }

    [TestCase("plain")]
    [TestCase("with space")]
    [TestCase("it's \"quoted\"")]
    [TestCase("back\\slash\\\\es\\")]
    [TestCase("$HOME `id` *")]
    [TestCase("Zoë 🦊")]
    public void OptionsArriveAsTheyAre(string name)
    {
        string log = Path.Combine(folder, name);
        using (Foilmock.Start(options: new[] { "--log-file", log })) { }
        Assert.That(Directory.GetFiles(folder), Is.EqualTo(new[] { log }));
    }

    [Test]
    public void AServerThatDoesNotStartIsQuoted()
    {
        string nowhere = Path.Combine(folder, "nirgendwö");
        var error = Assert.Throws<ServerError>(() => Foilmock.Start(options: new[] { "--fixtures", nowhere }));
        Assert.That(
            error.Message,
            Is.EqualTo(
                "\"" + Program + " exec\" did not start: exit code 1: Error: the fixture folder: " + nowhere
                + " cannot be read: No such file or directory"));
    }

    [Test]
    public void TheOptionProgramBeatsTheVariable()
    {
        using (new Variables("FOILMOCK_PROGRAM", "/nowhere/foilmock"))
        using (Server server = Foilmock.Start(program: Program))
        {
            Assert.That(server.ProcessId, Is.Not.Null);
        }
    }

    [Test]
    public void TheProgramOnPathIsTheLastChoice()
    {
        Link("foilmock", Program);
        using (new Variables("FOILMOCK_PROGRAM", null, "PATH", "/nowhere:" + folder + ":/usr/bin:/bin"))
        using (Server server = Foilmock.Start())
        {
            Assert.That(server.ProcessId, Is.Not.Null);
        }
    }

    [Test]
    public void WithoutAProgramTheErrorSaysWhatToDo()
    {
        using (new Variables("FOILMOCK_PROGRAM", "", "PATH", "/nowhere"))
        {
            var error = Assert.Throws<ServerError>(() => Foilmock.Start());
            Assert.That(error.Message, Is.StringStarting("there is no foilmock program on PATH: install it, or name it in FOILMOCK_PROGRAM"));
            Assert.That(error.Message, Contains.Substring("FOILMOCK_CONTROL_URL and FOILMOCK_CONTROL_TOKEN"));
        }
    }

    [TestCase("/nowhere/foilmock", "FOILMOCK_PROGRAM names \"/nowhere/foilmock\": there is no such file")]
    [TestCase("foilmock-of-nowhere", "FOILMOCK_PROGRAM names \"foilmock-of-nowhere\": there is no such program on PATH")]
    public void AProgramThatIsNotThereIsNamed(string program, string message)
    {
        using (new Variables("FOILMOCK_PROGRAM", program))
        {
            Assert.That(Assert.Throws<ServerError>(() => Foilmock.Start()).Message, Is.EqualTo(message));
        }
        string sameOfArgument = message.Replace("FOILMOCK_PROGRAM", "program");
        Assert.That(Assert.Throws<ServerError>(() => Foilmock.Start(program)).Message, Is.EqualTo(sameOfArgument));
    }

    [Test]
    public void AFileThatIsNoProgramIsNamed()
    {
        string file = Path.Combine(folder, "foilmock");
        File.WriteAllText(file, "no program");
        var error = Assert.Throws<ServerError>(() => Foilmock.Start(file));
        Assert.That(error.Message, Is.EqualTo("\"" + file + "\" cannot be run: it is not executable"));
    }

    [Test]
    public void AFolderIsNoProgram()
    {
        var error = Assert.Throws<ServerError>(() => Foilmock.Start(folder));
        Assert.That(error.Message, Is.EqualTo("program names \"" + folder + "\": it is a folder"));
    }

    [TestCase("#!/nowhere/sh")]
    [TestCase("#! /nowhere/sh -e")]
    public void AScriptWithoutItsInterpreterSaysSo(string firstLine)
    {
        string script = Script(firstLine + "\necho");
        var error = Assert.Throws<ServerError>(() => Foilmock.Start(script));
        Assert.That(
            error.Message,
            Is.EqualTo("\"" + script + "\" cannot be run: its interpreter \"/nowhere/sh\", which its first line names, is missing"));
    }

    [TestCase("echo '{}'", "{}")]
    [TestCase("echo null", "null")]
    [TestCase("echo '{\"control_token\":\"a-token\"}'", "{\"control_token\":\"a-token\"}")]
    [TestCase("yes garbage", "garbage")]
    public void AnotherProgramIsEndedAtOnceWithItsChildren(string command, string line)
    {
        string numbers = Path.Combine(folder, "numbers");
        string script = Script("#!/bin/sh\nsh -c 'sleep 300 & echo $! >> " + numbers + "; wait' &\necho $! $$ >> " + numbers
            + "\nuntil [ $(wc -l < " + numbers + ") = 2 ]; do sleep 0.01; done\n" + command + "\nsleep 300");
        Stopwatch watch = Stopwatch.StartNew();
        var error = Assert.Throws<ServerError>(() => Foilmock.Start(script));
        Assert.That(watch.Elapsed.TotalSeconds, Is.LessThan(3));
        Assert.That(
            error.Message,
            Is.EqualTo("\"" + script + " exec\" printed \"" + line + "\" where a server prints its address: is it foilmock?"));
        int[] processes = File.ReadAllText(numbers).Split(new[] { ' ', '\n' }, StringSplitOptions.RemoveEmptyEntries)
            .Select(int.Parse).ToArray();
        Assert.That(processes.Length, Is.EqualTo(3));
        foreach (int process in processes) Shared.AssertEnds(process);
    }

    [Test]
    public void AnotherProgramIsFoundOut()
    {
        var error = Assert.Throws<ServerError>(() => Foilmock.Start("echo"));
        Assert.That(
            error.Message,
            Is.StringMatching("^\".*/echo exec\" printed \"exec --ready-file .*\" where a server prints its address: is it foilmock\\?$"));
    }

    // MARK: A server that somebody else runs

    [Test]
    public void TheServerOfTheEnvironmentIsUsed()
    {
        Server shared = Shared.Server;
        using (new Variables("FOILMOCK_CONTROL_URL", shared.ControlUrl + "/", "FOILMOCK_CONTROL_TOKEN", shared.ControlToken))
        {
            using (Server server = Foilmock.Start("/nowhere/foilmock"))
            {
                Assert.That(server.ControlUrl, Is.EqualTo(shared.ControlUrl));
                Assert.That(server.BaseUrl, Is.EqualTo(shared.BaseUrl));
                Assert.That(server.ApiKey, Is.EqualTo(""));
                Assert.That(server.ProcessId, Is.Null);
                server.TestSandbox("environment").Clock.Freeze();
            }
            // Dispose leaves it alone.
            Assert.That(shared.Sandbox("cart").Reset()["name"], Is.EqualTo(Json.From("cart")));
        }
    }

    [Test]
    public void TheEnvironmentNamesBaseUrlAndKey()
    {
        using (new Variables(
            "FOILMOCK_CONTROL_URL", "http://mock.example/_foilmock", "FOILMOCK_CONTROL_TOKEN", "a-token",
            "FOILENGINE_BASE_URL", "http://mock.example/@cart/", "FOILENGINE_API_KEY", "pk_live_demo"))
        {
            Server server = Foilmock.Start();
            Assert.That(server.BaseUrl, Is.EqualTo("http://mock.example/@cart"));
            Assert.That(server.ApiKey, Is.EqualTo("pk_live_demo"));
        }
    }

    [TestCase("FOILMOCK_CONTROL_URL", "FOILMOCK_CONTROL_TOKEN")]
    [TestCase("FOILMOCK_CONTROL_TOKEN", "FOILMOCK_CONTROL_URL")]
    public void OneOfTheTwoVariablesIsAnError(string set, string missing)
    {
        using (new Variables(set, "http://127.0.0.1:1"))
        {
            Assert.That(
                Assert.Throws<ServerError>(() => Foilmock.Start()).Message,
                Is.EqualTo(set + " is set and " + missing + " is not: set both, or neither to have a server started"));
        }
    }

    [TestCase("127.0.0.1:8000/_foilmock")]
    [TestCase("/_foilmock")]
    [TestCase("ftp://mock.example/_foilmock")]
    public void AUrlThatIsNoneIsNamed(string url)
    {
        using (new Variables("FOILMOCK_CONTROL_URL", url, "FOILMOCK_CONTROL_TOKEN", "a-token"))
        {
            Assert.That(
                Assert.Throws<ServerError>(() => Foilmock.Start()).Message,
                Is.StringStarting("FOILMOCK_CONTROL_URL is \"" + url + "\", which is no URL of a control API"));
        }
    }

    [TestCase("http://mock.example/_foilmock?token=a")]
    [TestCase("http://mock.example/_foilmock#top")]
    [TestCase("http://mock.example/_foilmock?")]
    public void AUrlWithMoreThanAPathIsRefused(string url)
    {
        using (new Variables("FOILMOCK_CONTROL_URL", url, "FOILMOCK_CONTROL_TOKEN", "a-token"))
        {
            Assert.That(
                Assert.Throws<ServerError>(() => Foilmock.Start()).Message,
                Is.EqualTo("FOILMOCK_CONTROL_URL is \"" + url + "\", which has a query or a fragment: a control API's URL has neither"));
        }
    }

    [TestCase("a-token\n")]
    [TestCase("a-\r\ntoken")]
    [TestCase("a-t\u00f6ken")]
    [TestCase("a-token\u007f")]
    public void ATokenThatNoHeaderCanHaveIsRefusedAndNotShown(string token)
    {
        using (new Variables("FOILMOCK_CONTROL_URL", Shared.Server.ControlUrl, "FOILMOCK_CONTROL_TOKEN", token))
        {
            Assert.That(
                Assert.Throws<ServerError>(() => Foilmock.Start()).Message,
                Is.EqualTo("FOILMOCK_CONTROL_TOKEN has a line break or another character that a header cannot have"));
        }
    }

    [Test]
    public void OnOtherSystemsTheErrorSaysWhatToDo()
    {
        string message = Assert.Throws<ServerError>(() => Foilmock.Start(null, null, isLinux: false)).Message;
        Assert.That(message, Is.StringStarting("foilmock runs on Linux: run its container image"));
        Assert.That(message, Contains.Substring("set FOILMOCK_CONTROL_URL and FOILMOCK_CONTROL_TOKEN"));
    }

    [Test]
    public void AWrongTokenIsRefusedInTheServersWords()
    {
        using (new Variables("FOILMOCK_CONTROL_URL", Shared.Server.ControlUrl, "FOILMOCK_CONTROL_TOKEN", "wrong-token"))
        {
            var error = Assert.Throws<ControlError>(() => Foilmock.Start().TestSandbox("token"));
            Assert.That(error.Status, Is.EqualTo(401));
            Assert.That(error.Message, Is.StringMatching("^POST /sandboxes/pk_test_[0-9a-f]{24}/reset: 401: .*token"));
            Assert.That(error.Message, Is.Not.StringContaining("wrong-token"));
        }
    }

    [Test]
    public void WhereNobodyAnswersTheUrlIsNamed()
    {
        using (new Variables("FOILMOCK_CONTROL_URL", "http://127.0.0.1:1/_foilmock", "FOILMOCK_CONTROL_TOKEN", "a-token"))
        {
            var error = Assert.Throws<ControlError>(() => Foilmock.Start().Sandbox("cart").Reset());
            Assert.That(error.Status, Is.Null);
            Assert.That(error.Message, Is.StringStarting("POST /sandboxes/cart/reset: no answer from http://127.0.0.1:1/_foilmock: "));
        }
    }

    private string Script(string text)
    {
        string file = Path.Combine(folder, "script");
        File.WriteAllText(file, text + "\n");
        Run("/bin/chmod", "+x " + file);
        return file;
    }

    private void Link(string name, string target)
    {
        Run("/bin/ln", "-s " + target + " " + Path.Combine(folder, name));
    }

    private static void Run(string program, string arguments)
    {
        using (Process process = Process.Start(program, arguments))
        {
            process.WaitForExit();
            Assert.That(process.ExitCode, Is.EqualTo(0));
        }
    }
}
