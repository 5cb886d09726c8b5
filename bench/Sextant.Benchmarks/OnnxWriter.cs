using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using TorchSharp;

namespace Sextant.Benchmarks;

/// <summary>What an ONNX graph is made of, written as the protocol buffers of onnx.proto (fields by number), no more than a benchmark needs.</summary>
internal sealed class OnnxWriter
{
    private const int Float = 1, Int64 = 7; // TensorProto.DataType
    private const string Microsoft = "com.microsoft";

    private readonly Message graph = new();
    private int nodes;

    /// <summary>A node with one output, whose name is returned.</summary>
    public string Node(string operation, string[] inputs, params (string Name, object Value)[] attributes) => Node("", operation, 1, inputs, attributes)[0];

    /// <summary>One of onnxruntime's own operators, with as many outputs.</summary>
    public string[] Own(string operation, int outputs, string[] inputs, params (string Name, object Value)[] attributes) => Node(Microsoft, operation, outputs, inputs, attributes);

    private string[] Node(string domain, string operation, int outputs, string[] inputs, (string Name, object Value)[] attributes)
    {
        string output = $"{operation}_{nodes++}";
        Message node = new();
        foreach (string input in inputs)
        {
            node.Text(1, input);
        }

        string[] results = [output, .. Enumerable.Range(1, outputs - 1).Select(i => $"{output}_{i}")];
        foreach (string result in results)
        {
            node.Text(2, result);
        }

        node.Text(3, output).Text(4, operation);
        if (domain.Length > 0)
        {
            node.Text(7, domain);
        }

        foreach (var (name, value) in attributes)
        {
            node.Bytes(5, Attribute(name, value).ToArray());
        }

        graph.Bytes(1, node.ToArray());
        return results;
    }

    /// <summary>A constant of a tensor's cells; its name is returned.</summary>
    public string Constant(string name, torch.Tensor tensor)
    {
        using var whole = tensor.contiguous();
        return Constant(name, Float, tensor.shape, whole.bytes.ToArray());
    }

    public string Constant(string name, params long[] values) => Constant(name, Int64, [values.Length], MemoryMarshal.AsBytes<long>(values).ToArray());

    public string Constant(string name, float value) => Constant(name, Float, [], MemoryMarshal.AsBytes<float>([value]).ToArray());

    /// <summary>An int64 input; a size is a number, or a name for any.</summary>
    public void Input(string name, params string[] sizes) => graph.Bytes(11, Value(name, Int64, sizes));

    /// <summary>A float32 input.</summary>
    public void FloatInput(string name, params string[] sizes) => graph.Bytes(11, Value(name, Float, sizes));

    public void Output(string name, params string[] sizes) => graph.Bytes(12, Value(name, Float, sizes));

    /// <summary>The whole model, of this version of the operators.</summary>
    public byte[] ToArray(int operators)
    {
        graph.Text(2, "encoder");
        return new Message().Number(1, 8).Bytes(7, graph.ToArray()).Bytes(8, new Message().Text(1, "").Number(2, operators).ToArray())
            .Bytes(8, new Message().Text(1, Microsoft).Number(2, 1).ToArray()).ToArray();
    }

    private string Constant(string name, int type, long[] shape, byte[] cells)
    {
        Message tensor = new();
        foreach (long size in shape)
        {
            tensor.Number(1, size);
        }

        graph.Bytes(5, tensor.Number(2, type).Text(8, name).Bytes(9, cells).ToArray());
        return name;
    }

    private static byte[] Value(string name, int type, string[] sizes)
    {
        Message shape = new();
        foreach (string size in sizes)
        {
            shape.Bytes(1, (long.TryParse(size, out long fixedSize) ? new Message().Number(1, fixedSize) : new Message().Text(2, size)).ToArray());
        }

        byte[] tensor = new Message().Number(1, type).Bytes(2, shape.ToArray()).ToArray();
        return new Message().Text(1, name).Bytes(2, new Message().Bytes(1, tensor).ToArray()).ToArray();
    }

    private static Message Attribute(string name, object value)
    {
        var attribute = new Message().Text(1, name);
        switch (value)
        {
            case float number:
                return attribute.Single(2, number).Number(20, 1);
            case long number:
                return attribute.Number(3, number).Number(20, 2);
            case long[] numbers:
                foreach (long number in numbers)
                {
                    attribute.Number(8, number);
                }

                return attribute.Number(20, 7);
            default:
                throw new NotSupportedException(value.GetType().Name);
        }
    }

    /// <summary>Fields of one message, in the order written.</summary>
    private sealed class Message
    {
        private readonly ArrayBufferWriter<byte> stream = new();

        public Message Number(int field, long value)
        {
            Varint((uint)(field << 3));
            Varint((ulong)value);
            return this;
        }

        public Message Single(int field, float value)
        {
            Varint((uint)((field << 3) | 5));
            stream.Write(BitConverter.GetBytes(value));
            return this;
        }

        public Message Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

        public Message Bytes(int field, byte[] value)
        {
            Varint((uint)((field << 3) | 2));
            Varint((ulong)value.Length);
            stream.Write(value);
            return this;
        }

        public byte[] ToArray() => stream.WrittenSpan.ToArray();

        private void Varint(ulong value)
        {
            for (; value >= 128; value >>= 7)
            {
                stream.Write([(byte)(value | 128)]);
            }

            stream.Write([(byte)value]);
        }
    }
}
