using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using ATAS.Indicators;
using ATAS.Strategies;

namespace Tapewire.Platform.Host;

/// <summary>
/// What OnCalculate of a started strategy costs on the newest bar of a chart: bytes allocated by its thread, and the time of each
/// call. There is no server, so the bridge tries to connect meanwhile, which is the busiest it is without a signal.
/// </summary>
internal static class CalculateBench
{
    private const string Symbol = "ETHUSDT";
    private const int Bars = 500;
    private const int WarmingCalls = 200_000;
    private const int Calls = 1_000_000;

    /// <param name="strategyPath">The DLL of the strategy.</param>
    public static async Task RunAsync(string strategyPath)
    {
        var instrument = new Instrument { Symbol = Symbol };
        using var time = new RealTime();
        var exchange = new SimulatedExchange(time, [instrument], seed: 1, new ExchangeSettings());
        using var platform = new AtasPlatform(new PlatformOptions { Time = time, Link = exchange.Connect(), Instruments = [instrument] });
        await platform.Connector.Ready.ConfigureAwait(false);
        var keyPath = Path.GetTempFileName();
        await File.WriteAllTextAsync(keyPath, "tw_nobody\n").ConfigureAwait(false);
        try
        {
            var settings = new Dictionary<string, string> { ["ServerUrl"] = "http://127.0.0.1:9", ["KeyFilePath"] = keyPath };
            var chart = platform.AddChart(Symbol, new StrategyFile(strategyPath).Load(), settings);
            var first = DateTime.UtcNow.AddMinutes(-Bars);
            chart.Load([.. Enumerable.Range(0, Bars).Select(bar => new IndicatorCandle { Time = first.AddMinutes(bar), Open = 3_500, High = 3_500, Low = 3_500, Close = 3_500 })]);
            while (chart.Strategy.CurrentBar < Bars) await Task.Delay(10).ConfigureAwait(false);
            await chart.Strategy.StartAsync().ConfigureAwait(false);
            if (chart.Strategy.State != StrategyStates.Started) throw new InvalidOperationException("the strategy did not start");
            var method = chart.Strategy.GetType().GetMethod("OnCalculate", BindingFlags.Instance | BindingFlags.NonPublic)!;
            Console.WriteLine(JsonSerializer.Serialize(Measure(method.CreateDelegate<Action<int, decimal>>(chart.Strategy), Bars - 1)));
        }
        finally
        {
            File.Delete(keyPath);
        }
    }

    private static object Measure(Action<int, decimal> calculate, int bar)
    {
        for (var call = 0; call < WarmingCalls; call += 1) calculate(bar, 3_500);
        // What was called often is compiled anew in the background.
        Thread.Sleep(500);
        var ticks = new long[Calls];
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var call = 0; call < Calls; call += 1)
        {
            var since = Stopwatch.GetTimestamp();
            calculate(bar, 3_500);
            ticks[call] = Stopwatch.GetTimestamp() - since;
        }
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Array.Sort(ticks);
        double Micros(double share) => ticks[(int)((Calls - 1) * share)] * 1e6 / Stopwatch.Frequency;
        return new { calls = Calls, allocatedBytes = allocated, p50Us = Micros(0.5), p99Us = Micros(0.99), maxUs = Micros(1) };
    }
}
