using System.Text.Json;
using Sextant.Data;
using Sextant.Models;
using Sextant.Models.Encoders;
using Sextant.Pretrained;
using Sextant.Training;
using TorchSharp;

namespace Sextant.Verification;

/// <summary>Holds an encoder, or the two of CLIP, against reference outputs, gradients and trainings.</summary>
public static class EncoderVerification
{
    /// <summary>Builds the golden file's model class from a folder and compares every number that the file gives.</summary>
    /// <param name="folder">A published model.</param>
    /// <param name="golden">The golden file.</param>
    /// <param name="fileName">Which file of weights; null for the one that is found.</param>
    /// <returns>A check for each group of numbers.</returns>
    /// <exception cref="UserError">The folder or the file cannot be used.</exception>
    public static IReadOnlyList<GoldenCheck> Check(string folder, string golden, string? fileName = null)
    {
        using var file = GoldenFile.Open(golden);
        try
        {
            using var scope = torch.NewDisposeScope();
            GoldenCheck[] checks = [.. file.ModelClass == ClipComparison.ModelClass ? new ClipComparison(folder, fileName, file).All() : new Comparison(folder, fileName, file).All()];
            return checks.Length > 0 ? checks : throw new UserError($"{golden} gives no number to compare: neither cases with outputs nor gradients nor trainings; write it again.");
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException or FormatException or JsonException)
        {
            throw GoldenFile.Malformed(golden, e);
        }
    }

    private sealed class Comparison(string folder, string? fileName, GoldenFile golden)
    {
        private readonly Tolerance outputs = golden.ToleranceOf("outputs");
        private readonly Tolerance gradients = golden.ToleranceOf("gradients");

        public IEnumerable<GoldenCheck> All()
        {
            using (var model = Model())
            {
                model.eval();
                foreach (var check in golden.Cases.SelectMany(c => Case(model, c)))
                {
                    yield return check;
                }

                foreach (var check in Gradients(model))
                {
                    yield return check;
                }
            }

            foreach (var check in NewHead().Concat(Trainings()).Concat(PretrainingHeads()))
            {
                yield return check;
            }
        }

        private EncoderModel Model() => golden.ModelClass switch
        {
            "BertForSequenceClassification" or "RobertaForSequenceClassification" => PretrainedEncoders.Classifier(folder, fileName),
            "BertForMaskedLM" or "RobertaForMaskedLM" => PretrainedEncoders.MaskedLanguageModel(folder, fileName),
            "BertModel" or "RobertaModel" => PretrainedEncoders.Pooled(folder, fileName),
            string other => throw new UserError($"{golden.Path} is of the model class {other}, which is not one of the encoders that are known here."),
        };

        /// <summary>What a golden's classifier was trained from: its own head, or the new one that it gives.</summary>
        private EncoderClassifier Classifier()
        {
            if (!golden.Root.TryGetProperty("new_head", out var head))
            {
                return PretrainedEncoders.Classifier(folder, fileName);
            }

            var model = PretrainedEncoders.NewClassifier(folder, head.GetProperty("num_labels").GetInt32(), seed: 1, fileName: fileName).Model;
            using var _ = torch.no_grad();
            foreach (var tensor in model.Published().Where(t => t.Name.StartsWith("classifier.", StringComparison.Ordinal)))
            {
                var values = head.GetProperty(tensor.Name);
                tensor.Parameter.copy_(torch.tensor([.. GoldenFile.Numbers(values).Select(n => (float)n)], GoldenFile.Shape(values)));
            }

            return model;
        }

        private IEnumerable<GoldenCheck> Case(EncoderModel model, JsonElement given)
        {
            using var scope = torch.NewDisposeScope();
            using var _ = torch.no_grad();
            string name = given.GetProperty("name").GetString()!;
            var expected = given.GetProperty("outputs");
            using var batch = BatchOf(given);
            var layers = new List<torch.Tensor>();
            var found = Outputs(model, batch, layers.Add);
            foreach (var output in expected.EnumerateObject())
            {
                yield return outputs.Check($"{name}: {output.Name}", GoldenFile.Doubles(found(output.Name)), GoldenFile.Numbers(output.Value));
            }

            if (GoldenFile.Summary(name, given, "hidden_state_summary", layers, outputs) is { } summary)
            {
                yield return summary;
            }
        }

        /// <summary>A model's outputs by their names in the golden file.</summary>
        private static Func<string, torch.Tensor> Outputs(EncoderModel model, Batch batch, Action<torch.Tensor> layer)
        {
            var hidden = model.LastHiddenState(batch, layer); // [B, T, H]
            return name => name switch
            {
                "last_hidden_state" => hidden,
                "last_hidden_state_first_and_last_position" => Ends(hidden),
                "loss" => Loss(model, batch),
                "logits" => AllLogits(),
                "logits_first_and_last_position" => Ends(AllLogits()),
                "pooler_output" when model is PooledEncoder pooled => pooled.Pool(hidden),
                "pooler_output" when model is EncoderClassifier { HasPooler: true } classifier => classifier.Pool(hidden.select(1, 0)),
                _ => throw new InvalidOperationException($"There is no output '{name}'."),
            };

            torch.Tensor AllLogits() => model is MaskedLanguageModel filling ? filling.Predict(hidden) : model.Logits(batch);
        }

        private static torch.Tensor Loss(EncoderModel model, Batch batch) => model is PooledEncoder pooled
            ? Squares(pooled, pooled.LastHiddenState(batch))
            : torch.nn.functional.cross_entropy(model.Logits(batch), batch.Expected);

        /// <summary>The stand-in for a loss where there is no head: means of squares.</summary>
        private static torch.Tensor Squares(PooledEncoder model, torch.Tensor hidden) => hidden.square().mean().Plus(model.Pool(hidden).square().mean());

        private IEnumerable<GoldenCheck> Gradients(EncoderModel model)
        {
            if (!golden.Root.TryGetProperty("gradients", out var given))
            {
                yield break;
            }

            using var scope = torch.NewDisposeScope();
            using var batch = BatchOf(golden.Case(given.GetProperty("case").GetString()!));
            var loss = Loss(model, batch);
            loss.backward();
            yield return outputs.Check("gradients: loss", [loss.ToDouble()], [given.GetProperty("loss").GetDouble()]);
            int bare = model is PooledEncoder ? PublishedNames.Prefix(model.Options).Length : 0; // a body by itself has no "bert." before its names
            foreach (var check in golden.Gradients(given, model.Published().Select(t => t with { Name = t.Name[bare..] }), folder, gradients))
            {
                yield return check;
            }
        }

        private IEnumerable<GoldenCheck> NewHead()
        {
            if (!golden.Root.TryGetProperty("new_head", out var head))
            {
                yield break;
            }

            using var scope = torch.NewDisposeScope();
            using var _ = torch.no_grad();
            using var model = Classifier();
            model.eval();
            using var batch = TrainingBatch();
            var logits = model.Logits(batch);
            yield return outputs.Check("new head: logits", GoldenFile.Doubles(logits), GoldenFile.Numbers(head.GetProperty("logits")));
            yield return outputs.Check("new head: loss", [Loss(model, batch).ToDouble()], [head.GetProperty("loss").GetDouble()]);
        }

        private IEnumerable<GoldenCheck> Trainings() => golden.Root.TryGetProperty("training", out var training)
            ? training.GetProperty("runs").EnumerateObject().SelectMany(run => Training(training, run.Name, run.Value))
            : [];

        private IEnumerable<GoldenCheck> Training(JsonElement settings, string name, JsonElement run)
        {
            using var scope = torch.NewDisposeScope();
            using var model = Classifier();
            if (name == "classifier_only")
            {
                var head = model.Published().Where(t => t.Name.StartsWith("classifier.", StringComparison.Ordinal)).Select(t => t.Parameter).ToHashSet();
                foreach (var parameter in model.parameters().Where(p => !head.Contains(p)))
                {
                    parameter.requires_grad = false;
                }
            }

            using var parameters = new FlatParameters(model);
            double[] betas = [.. settings.GetProperty("betas").EnumerateArray().Select(b => b.GetDouble())];
            double rate = settings.GetProperty("lr").GetDouble();
            using var optimizer = Optimizer.Create(
                new OptimizerOptions.AdamW
                {
                    LearningRate = rate,
                    Beta1 = betas[0],
                    Beta2 = betas[1],
                    Epsilon = settings.GetProperty("eps").GetDouble(),
                    WeightDecay = settings.GetProperty("weight_decay").GetDouble(),
                    Decays = Decaying.Everything,
                },
                parameters);
            using var batch = TrainingBatch();
            List<double> losses = [], norms = [];
            model.train();
            for (int step = 0; step < run.GetProperty("steps").GetInt32(); step++)
            {
                using var inner = torch.NewDisposeScope();
                parameters.ZeroGradient();
                var loss = Loss(model, batch);
                loss.backward();
                losses.Add(loss.ToDouble());
                norms.Add(parameters.ClipNorm(settings.GetProperty("grad_clip_norm").GetDouble()).ToDouble());
                optimizer.Step(rate);
            }

            model.eval();
            using var _ = torch.no_grad();
            string say = $"training {name}: ";
            yield return new GoldenCheck(say + "trained parameters", Math.Abs(parameters.Count - run.GetProperty("trained_parameter_count").GetInt64()), parameters.Count == run.GetProperty("trained_parameter_count").GetInt64() ? 0 : double.PositiveInfinity, 1);
            yield return Of("losses", run, "losses").Check(say + "losses", [.. losses, Loss(model, batch).ToDouble()], [.. GoldenFile.Numbers(run.GetProperty("losses_before_each_step")), run.GetProperty("loss_after_last_step").GetDouble()]);
            yield return gradients.OrNoise(NoiseTimes, GoldenFile.NoiseOf(run, "grad_norms")).Check(say + "gradient norms", norms, GoldenFile.Numbers(run.GetProperty("grad_norms_before_clipping")));
            yield return Of("logits", run, "logits").Check(say + "logits", GoldenFile.Doubles(model.Logits(batch)), GoldenFile.Numbers(run.GetProperty("logits_after_last_step")));
            var parts = model.Published().ToDictionary(t => t.Name);
            foreach (var value in run.GetProperty("parameters_after_last_step").EnumerateObject())
            {
                var part = parts[value.Name].Of(parts[value.Name].Parameter);
                double? noise = value.Value.TryGetProperty("float32_noise", out var n) ? n.GetDouble() : null;
                yield return Of("parameters").OrNoise(NoiseTimes, noise).Check(say + value.Name, GoldenFile.Doubles(GoldenFile.Rows(part, value.Value)), GoldenFile.Numbers(value.Value.GetProperty("values")));
            }
        }

        private double NoiseTimes => golden.Root.GetProperty("tolerance").GetProperty("training").GetProperty("orTimesFloat32Noise").GetDouble();

        private Tolerance Of(string kind) => new(golden.Root.GetProperty("tolerance").GetProperty("training").GetProperty(kind).GetDouble(), 0);

        private Tolerance Of(string kind, JsonElement run, string noise) => Of(kind).OrNoise(NoiseTimes, GoldenFile.NoiseOf(run, noise));

        /// <summary>What a checkpoint with the oldest heads gives beside its masked-language model: pooler and next sentence.</summary>
        private IEnumerable<GoldenCheck> PretrainingHeads()
        {
            if (!golden.Root.TryGetProperty("pretraining_heads", out var heads))
            {
                yield break;
            }

            using var scope = torch.NewDisposeScope();
            using var _ = torch.no_grad();
            using var model = PretrainedEncoders.Pooled(folder, fileName);
            using var file = TensorFile.Open(folder, fileName);
            model.eval();
            using var batch = BatchOf(golden.Case(heads.GetProperty("case").GetString()!));
            var pooled = model.Logits(batch);
            var next = torch.nn.functional.linear(pooled, Stored("cls.seq_relationship.weight"), Stored("cls.seq_relationship.bias"));
            yield return outputs.Check("pretraining heads: pooler output", GoldenFile.Doubles(pooled), GoldenFile.Numbers(heads.GetProperty("pooler_output")));
            yield return outputs.Check("pretraining heads: next sentence", GoldenFile.Doubles(next), GoldenFile.Numbers(heads.GetProperty("seq_relationship_logits")));

            torch.Tensor Stored(string name) => (file.Find(name) ?? throw new UserError($"{file.Path} holds no {name}, which {golden.Path} has outputs of.")).Read();
        }

        /// <summary>The batch that the trainings are made on; its labels stand with the new head where there is one.</summary>
        private Batch TrainingBatch()
        {
            var batch = BatchOf(golden.Case(golden.Root.GetProperty("gradients").GetProperty("case").GetString()!));
            return golden.Root.TryGetProperty("new_head", out var head) ? batch with { Expected = GoldenFile.Integers(head.GetProperty("labels")) } : batch;
        }

        private static Batch BatchOf(JsonElement given)
        {
            var inputs = given.GetProperty("inputs");
            var ids = GoldenFile.Integers(inputs.GetProperty("input_ids"));
            var mask = inputs.TryGetProperty("attention_mask", out var seen) ? GoldenFile.Integers(seen).ne(0) : null;
            var types = inputs.TryGetProperty("token_type_ids", out var kinds) ? GoldenFile.Integers(kinds) : null;
            torch.Tensor? positions = null;
            var expected = torch.zeros([0], torch.ScalarType.Int64);
            if (inputs.TryGetProperty("labels", out var labels))
            {
                long[] all = [.. GoldenFile.Numbers(labels).Select(n => (long)n)];
                bool isByPosition = labels[0].ValueKind == JsonValueKind.Array;
                long[] held = [.. Enumerable.Range(0, all.Length).Where(i => all[i] >= 0).Select(i => (long)i)]; // -100 carries no loss
                expected = torch.tensor([.. held.Select(i => all[i])], [held.Length]);
                positions = isByPosition ? torch.tensor(held, [held.Length]) : null;
            }

            var shape = new BatchShape((int)ids.shape[0], 0, (int)ids.shape[1], (int)expected.shape[0], ids.numel());
            return new Batch(null, null, ids, positions, expected, shape) { InputMask = mask, TokenTypes = types };
        }

        private static torch.Tensor Ends(torch.Tensor x) => torch.stack([x.select(1, 0), x.select(1, -1)], 1);
    }
}
