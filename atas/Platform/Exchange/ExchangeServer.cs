using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Threading.Channels;
using System.Threading.Tasks;

namespace Tapewire.Platform;

/// <summary>The exchange for clients in other processes, on a loopback port. A client that dies takes nothing with it.</summary>
public sealed class ExchangeServer : IDisposable
{
    private readonly SimulatedExchange _exchange;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public ExchangeServer(SimulatedExchange exchange)
    {
        _exchange = exchange;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _ = Task.Run(AcceptAsync);
    }

    public int Port { get; }

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                var client = await _listener.AcceptTcpClientAsync().ConfigureAwait(false);
                client.NoDelay = true;
                _ = Task.Run(() => ServeAsync(client));
            }
            catch (Exception over) when (over is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var connection = client;
        using var link = _exchange.Connect();
        var events = Channel.CreateUnbounded<ExchangeEvent>();
        link.Received += told => events.Writer.TryWrite(told);
        var stream = client.GetStream();
        _ = Task.Run(() => TellAsync(stream, events.Reader));
        using var reader = new StreamReader(stream);
        try
        {
            while (await reader.ReadLineAsync().ConfigureAwait(false) is { } line)
            {
                link.Send(JsonSerializer.Deserialize<ExchangeCommand>(line)!);
            }
        }
        catch (IOException)
        {
            // A client that was killed.
        }
        events.Writer.Complete();
    }

    private static async Task TellAsync(NetworkStream stream, ChannelReader<ExchangeEvent> events)
    {
        var writer = new StreamWriter(stream) { AutoFlush = true };
        try
        {
            await foreach (var told in events.ReadAllAsync().ConfigureAwait(false))
            {
                await writer.WriteLineAsync(JsonSerializer.Serialize(told)).ConfigureAwait(false);
            }
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException)
        {
            // The client was killed: there is nobody to tell.
        }
    }
}
