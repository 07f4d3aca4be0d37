package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ssm"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/live-beats/live-beats-aws/components"
	"github.com/live-beats/live-beats-aws/internal/config"
)

// lookupVersions finds the version of every secret's parameter, without its value: 0 for one that this run makes. Of
// parameters of other regions and accounts nothing is known.
func lookupVersions(
	ctx *pulumi.Context, cfg *config.Config, account components.Account,
) (map[string]int, error) {
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(cfg.Secrets)), func(env string) bool {
		return !here(cfg.Secrets[env], account)
	})
	var wait sync.WaitGroup
	versions, errs := make([]int, len(names)), make([]error, len(names))
	for i, env := range names {
		wait.Go(func() { versions[i], errs[i] = lookupVersion(ctx, cfg, account, env) })
	}
	wait.Wait()
	found := map[string]int{}
	for i, env := range names {
		found[env] = versions[i]
	}
	return found, errors.Join(errs...)
}

func lookupVersion(ctx *pulumi.Context, cfg *config.Config, account components.Account, env string) (int, error) {
	path := cfg.Secrets[env]
	// Without decryption the answer has no value, only its ciphertext, and needs no permission for the key.
	parameter, err := ssm.LookupParameter(ctx, &ssm.LookupParameterArgs{Name: path, WithDecryption: pulumi.BoolRef(false)})
	switch {
	case err == nil:
		return parameter.Version, nil
	case !missing(err):
		return 0, fmt.Errorf("look up the version of live-beats:secrets.%s: %w", env, err)
	case makes(cfg, env):
		return 0, nil
	}
	return 0, fmt.Errorf("live-beats:secrets.%s: parameter %q is not there in region %s, and secretsMode is existing: "+
		"make it first, with %s", env, path, account.Region, putCommand(cfg, account, path))
}

// makes tells whether the stack makes the parameter itself.
func makes(cfg *config.Config, env string) bool {
	return cfg.SecretsMode == config.SecretsCreate ||
		cfg.Database.Mode == config.DatabaseCreate && slices.Contains(cfg.Database.Variables(), env)
}

// here tells whether the provider can ask for a parameter: it knows only those of its own region and account.
func here(path string, account components.Account) bool {
	own := fmt.Sprintf("arn:%s:ssm:%s:%s:", account.Partition, account.Region, account.Id)
	return !strings.HasPrefix(path, "arn:") || strings.HasPrefix(path, own)
}

// missing knows the provider's words for a parameter that is not there, and AWS's: errors of look-ups have no codes.
func missing(err error) bool {
	return strings.Contains(err.Error(), "couldn't find resource") || strings.Contains(err.Error(), "ParameterNotFound")
}

// parameterName is the name of a parameter by its name or ARN.
func parameterName(path string) string {
	_, name, isARN := strings.Cut(path, ":parameter/")
	switch {
	case !isARN:
		return path
	case strings.Contains(name, "/"):
		return "/" + name
	}
	return name
}

// observeParameters tells a policy pack which parameters were there, and which were not, before this run.
func observeParameters(cfg *config.Config, account components.Account, versions map[string]int) []components.Observed {
	var observed []components.Observed
	for _, env := range slices.Sorted(maps.Keys(versions)) {
		const typ = "aws:ssm/parameter:Parameter"
		o := components.Observed{Type: typ, Region: account.Region, Id: parameterName(cfg.Secrets[env])}
		if versions[env] == 0 {
			o.Type, o.Id = "absent", typ+" "+o.Id
		}
		observed = append(observed, o)
	}
	return observed
}

// putCommand makes a parameter.
func putCommand(cfg *config.Config, account components.Account, path string) string {
	name := parameterName(path)
	command := fmt.Sprintf("aws ssm put-parameter --region %s --type SecureString --name %s --value ...",
		account.Region, name)
	if cfg.KMSKeyARN != "" {
		command += " --key-id " + cfg.KMSKeyARN
	}
	return command + "; in the sandbox, go run . sandbox put-parameter " + name + " ..."
}

// warnOfKey tells of data that keeps another key than the one in the config.
func warnOfKey(ctx *pulumi.Context, what, wanted string, has pulumi.StringOutput) {
	if wanted == "" {
		return
	}
	has.ApplyT(func(key string) error {
		if key == wanted {
			return nil
		}
		return ctx.Log.Warn(fmt.Sprintf("%s keeps the key that it was made with, %s, and not kmsKeyArn: "+
			"another key would replace it and lose what is in it", what, key), nil)
	})
}
