using System;
using System.Threading.Tasks;

namespace Tapewire.Platform.Host;

/// <summary><c>exchange</c> or <c>platform</c>, then JSON lines on stdin: the first is the configuration, the others are commands.</summary>
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
            default:
                await Console.Error.WriteLineAsync("usage: Platform.Host exchange|platform").ConfigureAwait(false);
                return 2;
        }
    }
}
