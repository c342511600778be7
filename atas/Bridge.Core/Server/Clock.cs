using System;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;

namespace Tapewire.Bridge.Server;

/// <summary>Two clocks, because neither is right alone: see <see cref="Moment.ElapsedMs"/>.</summary>
public interface IClock
{
    /// <summary>Milliseconds that never go back; may stand still while the machine is suspended.</summary>
    double MonotonicMs { get; }

    /// <summary>UTC milliseconds; may step either way.</summary>
    double WallMs { get; }

    /// <summary>Ends after that long, and early when stopped. Never throws.</summary>
    Task Sleep(double ms, CancellationToken cancellation);
}

public sealed class SystemClock : IClock
{
    public double MonotonicMs => Stopwatch.GetTimestamp() * 1_000d / Stopwatch.Frequency;

    public double WallMs => (DateTime.UtcNow - DateTime.UnixEpoch).TotalMilliseconds;

    public async Task Sleep(double ms, CancellationToken cancellation)
    {
        try
        {
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Max(ms, 0)), cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Ending early is what a stop is for.
        }
    }
}

/// <summary>A moment by both clocks of this machine. Means nothing to any other machine.</summary>
internal readonly record struct Moment(double MonotonicMs, double WallMs)
{
    public static Moment Of(IClock clock) => new(clock.MonotonicMs, clock.WallMs);

    /// <summary>
    /// Milliseconds since then: the larger of what the two clocks say. The wall clock counts through a suspend, in which the
    /// monotonic one may stand; the monotonic one goes on when the wall clock is set back. Too much is the safe side: an
    /// order that is not sent can be regretted, one that is sent too late cannot be taken back.
    /// </summary>
    public double ElapsedMs(IClock clock) =>
        Math.Max(0, Math.Max(clock.MonotonicMs - MonotonicMs, clock.WallMs - WallMs));
}

/// <summary>
/// One clock of both, for what lasts: goes on by the larger of what the two have passed since the last look. Never goes back,
/// counts through a suspend, and means nothing to another process.
/// </summary>
internal sealed class LaterClock(IClock clock)
{
    private Moment _last = Moment.Of(clock);
    private double _nowMs;

    public long NowMs
    {
        get
        {
            _nowMs += _last.ElapsedMs(clock);
            _last = Moment.Of(clock);
            return (long)_nowMs;
        }
    }
}

/// <summary>So many milliseconds from a moment on this machine's clocks. No clock is compared with another machine's.</summary>
/// <param name="WithinMs">From <paramref name="From"/> on; infinite for what has no end.</param>
internal sealed record Deadline(IClock Clock, Moment From, double WithinMs)
{
    public double LeftMs => Math.Max(WithinMs - From.ElapsedMs(Clock), 0);

    public bool IsOver => LeftMs == 0;
}

internal static class Backoff
{
    private const double FirstMs = 100;
    private const double MostMs = 5_000;

    /// <summary>How long to wait before the next try: 100 ms, doubled after each failure, 5 s at most.</summary>
    public static double Ms(int failures) => Math.Min(FirstMs * Math.Pow(2, Math.Clamp(failures - 1, 0, 30)), MostMs);

    /// <summary>Asks until somebody answers, yes or no.</summary>
    /// <returns>nothing when stopped before</returns>
    public static async Task<Answer<T>?> UntilAnswered<T>(Func<Task<Answer<T>>> ask, IClock clock, CancellationToken stop)
    {
        for (var failures = 1; !stop.IsCancellationRequested; failures += 1)
        {
            var answer = await ask();
            if (answer is not Answer<T>.Unanswered) return answer;
            await clock.Sleep(Ms(failures), stop);
        }
        return null;
    }
}
