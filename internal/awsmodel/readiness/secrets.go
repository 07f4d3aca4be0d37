package readiness

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/arn"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/taskdef"
)

const secretsFailure = initialisation + "unable to retrieve secrets from ssm: service call has been retried 1 time(s): "

// secrets answers whether ECS can read the parameters of a container.
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
	answer := t.service("ssm", region)
	timeout := "RequestCanceled: request context canceled caused by: context deadline exceeded"
	if answer = answer.WithSymptom(secretsFailure + timeout); !answer.OK() {
		return answer
	}
	resource := fmt.Sprintf("arn:%s:ssm:%s:%s:parameter/%s", t.Partition, region, account, strings.TrimPrefix(name, "/"))
	if answer = answer.Then(t.allowed(secretsFailure, "ssm:GetParameters", resource)); !answer.OK() {
		return answer
	}
	// The graph holds one account. Whether another account shares a parameter is not known, so it counts as missing.
	parameter := t.Graph.Get(graph.Parameter, region, name)
	if account != t.Account || parameter == nil {
		return t.lacks(answer, graph.Parameter, region, name, what, secretsFailure+"invalid parameters: "+name)
	}
	return t.decrypt(answer.Prove(what, "exists"), parameter, resource)
}

// decrypt needs a permission for a key of one's own; the account's aws/ssm key gives it to whoever may read.
func (t Task) decrypt(answer awsmodel.Answer, parameter *graph.Resource, parameterArn string) awsmodel.Answer {
	id := parameter.Text("keyId")
	if id == "" || strings.HasPrefix(id, "alias/aws/") {
		return answer
	}
	arn, found := t.keyOf(id, parameter.Region)
	if !found {
		return answer.Doubt("key "+id, "the alias is not known; give the key's ARN")
	}
	known := t.viaParameterStore(parameterArn)
	answer = answer.Then(t.allowed(secretsFailure, "kms:Decrypt", arn, known))
	key := t.Graph.Get(graph.Key, parameter.Region, arn)
	if key != nil && key.Props["isEnabled"] == false && answer.OK() {
		return answer.Refute("key "+arn, "is disabled").
			WithSymptom(secretsFailure + "DisabledException: " + arn + " is disabled.")
	}
	return t.admitted(answer, arn, parameter.Region, "executionRoleArn", secretsFailure+"AccessDeniedException: The "+
		"ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not "+
		"allowed to access.", known)
}

// keyOf returns the ARN of a key from its id, its ARN or an alias. known is false for an alias that is not in the
// graph.
func (t Task) keyOf(id, region string) (arn string, known bool) {
	if alias := t.Graph.Get(graph.KeyAlias, region, id); alias != nil {
		return alias.Text("targetKeyArn"), true
	}
	if !strings.HasPrefix(id, "arn:") {
		id = fmt.Sprintf("arn:%s:kms:%s:%s:key/%s", t.Partition, region, t.Account, id)
	}
	return id, !strings.Contains(id, "alias/")
}

// parameterOf reads a valueFrom: the name of a parameter in the task's region and account, or an ARN.
func parameterOf(valueFrom, region, account string) (name, inRegion, inAccount string) {
	parsed, err := arn.Parse(valueFrom)
	if err != nil {
		return valueFrom, region, account
	}
	return awsmodel.ParameterOf(valueFrom), parsed.Region, parsed.AccountID
}
