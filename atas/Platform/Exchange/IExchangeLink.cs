using System;

namespace Tapewire.Platform;

/// <summary>A client's connection to the exchange: commands out, events in, both in order.</summary>
public interface IExchangeLink : IDisposable
{
    event Action<ExchangeEvent>? Received;

    void Send(ExchangeCommand command);
}
