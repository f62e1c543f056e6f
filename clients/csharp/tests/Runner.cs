using System;
using System.Globalization;
using System.Reflection;
using System.Threading;
using NUnit.Core;

/// <summary>Runs the tests of this program by NUnit, in the culture that its argument names.</summary>
public static class Runner
{
    public static int Main(string[] arguments)
    {
        if (arguments[0] == Holder.Word) return Holder.Hold();
        if (arguments[0] == Crowd.Word) return Crowd.Gather();
        CultureInfo culture = CultureInfo.GetCultureInfo(arguments[0]);
        CultureInfo.DefaultThreadCurrentCulture = culture;
        Thread.CurrentThread.CurrentCulture = culture;
        // mono is slow to add threads for HttpClient, which waits on them.
        ThreadPool.SetMinThreads(16, 16);
        CoreExtensions.Host.InitializeService();
        var runner = new SimpleTestRunner();
        if (!runner.Load(new TestPackage(Assembly.GetExecutingAssembly().Location)))
        {
            Console.WriteLine("NUnit finds no tests");
            return 1;
        }
        var listener = new Listener();
        runner.Run(listener, TestFilter.Empty, false, LoggingThreshold.Off);
        Console.WriteLine("{0}: {1} passed, {2} failed", culture.Name, listener.Passed, listener.Failed);
        return listener.Failed == 0 && listener.Passed > 0 ? 0 : 1;
    }

    private sealed class Listener : EventListener
    {
        internal int Passed { get; private set; }

        internal int Failed { get; private set; }

        public void TestFinished(TestResult result)
        {
            if (result.IsSuccess) Passed++;
            else Tell(result);
        }

        public void SuiteFinished(TestResult result)
        {
            // A set-up or tear-down of a class that fails; a test that fails has been told.
            bool isOfItself = result.FailureSite == FailureSite.SetUp || result.FailureSite == FailureSite.TearDown;
            if (!result.IsSuccess && isOfItself) Tell(result);
        }

        public void UnhandledException(Exception exception)
        {
            Failed++;
            Console.WriteLine(exception);
        }

        public void RunStarted(string name, int testCount) { }

        public void RunFinished(TestResult result) { }

        public void RunFinished(Exception exception)
        {
            UnhandledException(exception);
        }

        public void TestStarted(TestName testName) { }

        public void SuiteStarted(TestName testName) { }

        public void TestOutput(TestOutput testOutput) { }

        private void Tell(TestResult result)
        {
            Failed++;
            Console.WriteLine("{0} {1}\n{2}\n{3}", result.ResultState, result.FullName, result.Message, result.StackTrace);
        }
    }
}
