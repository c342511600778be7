using System;
using System.Threading.Tasks;

namespace Tapewire.Platform.Host;

/// <summary><c>exchange</c> or <c>platform</c>, then JSON lines on stdin: the first is the configuration, the others are commands; or <c>calculate</c> with a strategy, which is measured.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        var lines = new LineControl(Console.In, Console.Out);
        switch (args)
        {
            case ["exchange"]:
                await ExchangeProcess.RunAsync(lines).ConfigureAwait(false);
                return 0;
            case ["platform"]:
                await PlatformProcess.RunAsync(lines).ConfigureAwait(false);
                return 0;
            case ["calculate", var strategyPath]:
                await CalculateBench.RunAsync(strategyPath).ConfigureAwait(false);
                return 0;
            default:
                await Console.Error.WriteLineAsync("usage: Platform.Host exchange|platform|calculate <strategy.dll>").ConfigureAwait(false);
                return 2;
        }
    }
}
