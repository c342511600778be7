using System;
using System.Collections.Generic;
using System.Globalization;
using System.Threading;

namespace Tapewire.Platform;

/// <summary>A handler that held a thread of the platform longer than it may.</summary>
public sealed record HangRecord(string Lane, string Handler, double HeldMs);

/// <summary>What came out of a handler as an exception.</summary>
public sealed record FaultRecord(string Lane, string Handler, string Message);

public sealed record AlertRecord(string Sound, string Message);

public sealed record LogRecord(string Level, string Message);

/// <summary>Everything a person at the platform could have seen, and what they would have suffered.</summary>
public sealed class Recorder(TimeSpan hangBound)
{
    /// <summary>Of each kind the newest are kept.</summary>
    private const int Kept = 5_000;
    private readonly Lock _gate = new();
    private readonly Queue<HangRecord> _hangs = new();
    private readonly Queue<FaultRecord> _faults = new();
    private readonly Queue<AlertRecord> _alerts = new();
    private readonly Queue<LogRecord> _logs = new();

    public TimeSpan HangBound { get; } = hangBound;

    public IReadOnlyList<HangRecord> Hangs => All(_hangs);

    public IReadOnlyList<FaultRecord> Faults => All(_faults);

    public IReadOnlyList<AlertRecord> Alerts => All(_alerts);

    public IReadOnlyList<LogRecord> Logs => All(_logs);

    public void Hang(string lane, string handler, TimeSpan held) =>
        Keep(_hangs, new HangRecord(lane, handler, held.TotalMilliseconds));

    public void Fault(string lane, string handler, Exception fault) =>
        Keep(_faults, new FaultRecord(lane, handler, fault?.ToString() ?? ""));

    public void Alert(string sound, string message) => Keep(_alerts, new AlertRecord(sound, message));

    /// <summary>Formats as the platform does: a format that does not fit its arguments is a fault of the caller.</summary>
    public void Log(string level, string format, params object[] args) =>
        Keep(_logs, new LogRecord(level, string.Format(CultureInfo.InvariantCulture, format, args)));

    public void Said(string level, string message) => Keep(_logs, new LogRecord(level, message));

    private T[] All<T>(Queue<T> queue)
    {
        lock (_gate) return queue.ToArray();
    }

    private void Keep<T>(Queue<T> queue, T record)
    {
        lock (_gate)
        {
            queue.Enqueue(record);
            if (queue.Count > Kept) queue.Dequeue();
        }
    }
}
