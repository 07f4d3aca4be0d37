package stack

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ssm"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/live-beats/live-beats-aws/components"
	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/config"
)

// lookUpVersions returns the version of every secret's parameter, by environment variable. It does not read the
// values. The version is 0 for a parameter that this run creates. Parameters in other regions and accounts are left
// out, because the provider cannot look them up.
func (s *Stack) lookUpVersions() (map[string]int, error) {
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(s.Config.Secrets)), func(env string) bool {
		return !canLookUp(s.Config.Secrets[env], s.Account)
	})
	var wait sync.WaitGroup
	versions, errs := make([]int, len(names)), make([]error, len(names))
	for i, env := range names {
		wait.Go(func() { versions[i], errs[i] = s.lookUpVersion(env) })
	}
	wait.Wait()
	found := map[string]int{}
	for i, env := range names {
		found[env] = versions[i]
	}
	return found, errors.Join(errs...)
}

func (s *Stack) lookUpVersion(env string) (int, error) {
	path := s.Config.Secrets[env]
	// Without decryption, AWS returns only the ciphertext of the value, and the call needs no permission for the key.
	parameter, err := ssm.LookupParameter(s.ctx, &ssm.LookupParameterArgs{
		Name: path, WithDecryption: pulumi.BoolRef(false),
	})
	switch {
	case err == nil:
		return parameter.Version, nil
	case !isNotFound(err):
		return 0, fmt.Errorf("look up the version of live-beats:secrets.%s: %w", env, err)
	case s.creates(env):
		return 0, nil
	}
	return 0, fmt.Errorf("live-beats:secrets.%s: parameter %q does not exist in region %s, and secretsMode is existing: "+
		"create it first, with %s", env, path, s.Account.Region, s.putCommand(path))
}

// creates reports whether the stack itself creates the parameter of the environment variable.
func (s *Stack) creates(env string) bool {
	db := s.Config.Database
	return s.Config.SecretsMode == config.SecretsCreate ||
		db.Mode == config.DatabaseCreate && slices.Contains(db.Variables(), env)
}

// canLookUp reports whether the provider can look up a parameter. It can only do so in its own region and account.
func canLookUp(path string, account components.Account) bool {
	parsed, err := arn.Parse(path)
	return err != nil || parsed.Region == account.Region && parsed.AccountID == account.Id
}

// isNotFound reports whether a look-up failed because the parameter does not exist. Errors of look-ups have no codes,
// so it searches for the messages of the provider and of AWS.
func isNotFound(err error) bool {
	return strings.Contains(err.Error(), "couldn't find resource") || strings.Contains(err.Error(), "ParameterNotFound")
}

// existingParameters returns the parameters that existed before this run. Those that did not exist have the type
// graph.Absent.
func (s *Stack) existingParameters() []existing {
	var found []existing
	for _, env := range slices.Sorted(maps.Keys(s.versions)) {
		o := existing{Type: graph.Parameter, Region: s.Account.Region, Id: awsmodel.ParameterOf(s.Config.Secrets[env])}
		if s.versions[env] == 0 {
			o.Type, o.Id = graph.Absent, graph.Parameter+" "+o.Id
		}
		found = append(found, o)
	}
	return found
}

// putCommand returns the commands that create a parameter, in AWS and in the sandbox.
func (s *Stack) putCommand(path string) string {
	name := awsmodel.ParameterOf(path)
	command := fmt.Sprintf("aws ssm put-parameter --region %s --type SecureString --name %s --value ...",
		s.Account.Region, name)
	if s.Config.KMSKeyARN != "" {
		command += " --key-id " + s.Config.KMSKeyARN
	}
	return command + "; in the sandbox, go run . sandbox put-parameter " + name + " ..."
}
