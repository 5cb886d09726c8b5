using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sextant.Tests.Pretrained.Hub;

/// <summary>What a client asked for, and how many bytes of a body it was sent.</summary>
internal sealed record Request(string Method, string Path, IReadOnlyDictionary<string, string> Headers)
{
    public long Served { get; set; }

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    /// <summary>The first byte of "Range: bytes=N-"; 0 where all is asked for.</summary>
    public int From => Header("Range") is string range ? int.Parse(range["bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture) : 0;
}

/// <summary>What is said in return, which need not be true.</summary>
internal sealed record Reply(int Status, byte[] Body)
{
    public Reply(int status, string text = "")
        : this(status, Encoding.UTF8.GetBytes(text))
    {
    }

    public (string Name, string Value)[] Headers { get; init; } = [];

    /// <summary>In place of the body's own length; -1 says none, so that the body ends with the connection.</summary>
    public long? Announced { get; init; }

    /// <summary>After so many bytes of the body the connection is closed.</summary>
    public int? CutAfter { get; init; }

    /// <summary>After so many bytes of the body nothing comes any more.</summary>
    public int? SilentAfter { get; init; }

    public Reply With(string name, string value) => this with { Headers = [.. Headers, (name, value)] };
}

/// <summary>An HTTP server on a port of this machine, one request a connection, that lies as it is told to.</summary>
internal sealed class LoopbackServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource over = new();
    private readonly Func<Request, Reply> answer;

    public LoopbackServer(Func<Request, Reply> answer)
    {
        this.answer = answer;
        listener.Start();
        _ = Accept();
    }

    public string Url => $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";

    public ConcurrentQueue<Request> Requests { get; } = new();

    public void Dispose()
    {
        over.Cancel();
        listener.Stop();
        over.Dispose();
    }

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                _ = Serve(await listener.AcceptTcpClientAsync(over.Token));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // the test is over
        }
    }

    private async Task Serve(TcpClient client)
    {
        try
        {
            using (client)
            {
                await using var stream = client.GetStream();
                var request = await Read(stream, over.Token);
                Requests.Enqueue(request);
                await Send(stream, request, answer(request), over.Token);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // the client went away, or the test is over
        }
    }

    private static async Task<Request> Read(NetworkStream stream, CancellationToken stop)
    {
        List<byte> head = [];
        byte[] one = new byte[1];
        while (!(head.Count > 3 && head[^4..] is [13, 10, 13, 10]))
        {
            head.Add(await stream.ReadAsync(one, stop) == 1 ? one[0] : throw new IOException("no request"));
        }

        string[] lines = Encoding.ASCII.GetString([.. head]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        string[] first = lines[0].Split(' ');
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(p => p[0], p => p[1], StringComparer.OrdinalIgnoreCase);
        return new Request(first[0], first[1], headers);
    }

    private static async Task Send(NetworkStream stream, Request request, Reply reply, CancellationToken stop)
    {
        var head = new StringBuilder($"HTTP/1.1 {reply.Status} {(HttpStatusCode)reply.Status}\r\nConnection: close\r\n");
        if ((reply.Announced ?? reply.Body.Length) is var length && length >= 0)
        {
            head.Append(CultureInfo.InvariantCulture, $"Content-Length: {length}\r\n");
        }

        foreach (var (name, value) in reply.Headers)
        {
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        await stream.WriteAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), stop);
        if (request.Method == "HEAD")
        {
            return;
        }

        int count = Math.Min(reply.Body.Length, Math.Min(reply.CutAfter ?? int.MaxValue, reply.SilentAfter ?? int.MaxValue));
        request.Served = count; // before the client can have seen the end of it
        await stream.WriteAsync(reply.Body.AsMemory(0, count), stop);
        if (reply.SilentAfter is not null)
        {
            await Task.Delay(Timeout.Infinite, stop);
        }
    }
}
