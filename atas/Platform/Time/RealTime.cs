using System;
using System.Threading;

namespace Tapewire.Platform;

/// <summary>The wall clock. One thread runs what is due, so the order of two things is that of their times.</summary>
public sealed class RealTime : PlatformTime
{
    private readonly AutoResetEvent _added = new(false);
    private readonly Thread _thread;
    private volatile bool _over;

    public RealTime()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "time" };
        _thread.Start();
    }

    public override DateTime Now => DateTime.UtcNow;

    protected override void Added()
    {
        if (!_over) _added.Set();
    }

    protected override void Dispose(bool disposing)
    {
        if (!_over)
        {
            _over = true;
            _added.Set();
            if (Thread.CurrentThread != _thread) _thread.Join();
            _added.Dispose();
        }
        base.Dispose(disposing);
    }

    private void Run()
    {
        while (!_over)
        {
            while (!_over && Take(Now) is { } next) next.Action();
            if (_over) return;
            var wait = NextDue() is { } due ? due - Now : TimeSpan.FromSeconds(1);
            if (wait > TimeSpan.Zero) _added.WaitOne(wait < TimeSpan.FromSeconds(1) ? wait : TimeSpan.FromSeconds(1));
        }
    }
}
