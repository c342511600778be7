using System;
using System.Collections.Generic;
using System.Linq;

namespace Tapewire.Platform;

/// <summary>Timers in the time of the market: without data they stand still.</summary>
internal sealed class MarketTimers
{
    private readonly List<(TimeSpan Period, Action Callback, DateTime Due)> _timers = [];
    private DateTime _now;

    public void Subscribe(TimeSpan period, Action callback)
    {
        lock (_timers) _timers.Add((period, callback, _now + period));
    }

    public void Unsubscribe(TimeSpan period, Action callback)
    {
        lock (_timers) _timers.RemoveAll(timer => timer.Period == period && timer.Callback == callback);
    }

    /// <summary>Those that are due, each once however long the market was silent.</summary>
    public IReadOnlyList<Action> MoveTo(DateTime now)
    {
        lock (_timers)
        {
            // A timer from before the first data counts from them.
            var isFirst = _now == default;
            if (now <= _now) return [];
            _now = now;
            var due = isFirst ? [] : _timers.Where(timer => timer.Due <= now).Select(timer => timer.Callback).ToArray();
            for (var index = 0; index < _timers.Count; index++)
            {
                var timer = _timers[index];
                if (isFirst || timer.Due <= now) _timers[index] = timer with { Due = now + timer.Period };
            }
            return due;
        }
    }
}
