using System;
using System.Collections.Generic;
using ATAS.Indicators;

namespace Tapewire.Platform;

/// <summary>Candles of a fixed length: history first, then grown by trades.</summary>
internal sealed class Bars(TimeSpan length)
{
    private readonly List<IndicatorCandle> _candles = [];

    public int Count => _candles.Count;

    public IndicatorCandle this[int bar] => _candles[bar];

    public void Add(IndicatorCandle candle) => _candles.Add(candle);

    /// <summary>The index of the bar that the trade belongs to.</summary>
    public int Trade(decimal price, decimal volume, bool isBuy, DateTime time)
    {
        var opened = new DateTime(time.Ticks - time.Ticks % length.Ticks, DateTimeKind.Utc);
        if (_candles.Count == 0 || _candles[^1].Time < opened)
        {
            _candles.Add(new IndicatorCandle { Time = opened, Open = price, High = price, Low = price });
        }
        var candle = _candles[^1];
        candle.High = Math.Max(candle.High, price);
        candle.Low = Math.Min(candle.Low, price);
        candle.Close = price;
        candle.Volume += volume;
        candle.Delta += isBuy ? volume : -volume;
        candle.LastTime = time;
        return _candles.Count - 1;
    }
}
