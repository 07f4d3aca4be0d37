package readiness

import (
	"fmt"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/network"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/taskdef"
)

const secretsFailure = initialisation + "unable to retrieve secrets from ssm: service call has been retried 1 time(s): "

// secrets reads the parameters of a container.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-ssm-paramstore.html
func (t Task) secrets(c taskdef.Container) awsmodel.Answer {
	answer := nothing
	for _, secret := range c.Secrets {
		if answer = answer.Then(t.secret(secret.ValueFrom)); !answer.OK() {
			return answer
		}
	}
	return answer
}

func (t Task) secret(valueFrom string) awsmodel.Answer {
	name, region, account := parameterOf(valueFrom, t.Region, t.Account)
	what := "parameter " + name
	if strings.HasPrefix(valueFrom, "arn:") && !strings.Contains(valueFrom, ":ssm:") {
		return awsmodel.Answer{}.Doubt("secret "+valueFrom, "only SSM parameters are modelled")
	}
	answer := t.network().Service(t.Interface, "ssm")
	if region != t.Region {
		// Endpoints serve their own region.
		answer = t.network().Internet(t.Interface, network.HTTPS)
	}
	timeout := "RequestCanceled: request context canceled caused by: context deadline exceeded"
	if answer = answer.WithSymptom(secretsFailure + timeout); !answer.OK() {
		return answer
	}
	arn := fmt.Sprintf("arn:%s:ssm:%s:%s:parameter/%s", t.Partition, region, account, strings.TrimPrefix(name, "/"))
	if answer = answer.Then(t.allowed(secretsFailure, "ssm:GetParameters", arn)); !answer.OK() {
		return answer
	}
	// The graph is one account: whether another one shares a parameter is not known, so it is not there.
	parameter := t.Graph.Get(graph.Parameter, region, name)
	if account != t.Account || parameter == nil {
		return answer.Refute(what, "does not exist").WithSymptom(secretsFailure + "invalid parameters: " + name)
	}
	return t.decrypt(answer.Prove(what, "exists"), parameter)
}

// decrypt needs a permission for a key of one's own; the account's aws/ssm key gives it to whoever may read.
func (t Task) decrypt(answer awsmodel.Answer, parameter *graph.Resource) awsmodel.Answer {
	key := parameter.Text("keyId")
	if key == "" || strings.HasPrefix(key, "alias/aws/") {
		return answer
	}
	arn := key
	if !strings.HasPrefix(key, "arn:") {
		arn = fmt.Sprintf("arn:%s:kms:%s:%s:key/%s", t.Partition, parameter.Region, t.Account, key)
	}
	if strings.Contains(arn, "alias/") {
		return answer.Doubt("key "+key, "an alias as the parameter's key is not followed; give the key's ARN")
	}
	return answer.Then(t.allowed(secretsFailure, "kms:Decrypt", arn))
}

// parameterOf reads a valueFrom: the name of a parameter of the task's region and account, or an ARN.
func parameterOf(valueFrom, region, account string) (name, inRegion, inAccount string) {
	parts := strings.SplitN(valueFrom, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" {
		return valueFrom, region, account
	}
	name = strings.TrimPrefix(parts[5], "parameter")
	// The name of a parameter without a hierarchy has no leading slash.
	if strings.Count(name, "/") == 1 {
		name = name[1:]
	}
	return name, parts[3], parts[4]
}
