// Package readiness decides whether the tasks of an ECS service start. It checks each step of a task's start, and gives
// AWS's own message if one fails.
package readiness

import (
	"cmp"
	"fmt"
	"maps"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/identity"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/network"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/taskdef"
)

// Task is one task that is about to start.
type Task struct {
	Graph                      *graph.Graph
	Partition, Region, Account string
	ID                         string
	Definition                 *graph.Resource
	// Cluster configures how ECS Exec sessions are encrypted and logged; nil if it is not known.
	Cluster *graph.Resource
	// Service is the service that the task belongs to; nil if it is not known.
	Service *graph.Resource
	// Partial means that the graph does not hold the whole account. A resource that is missing in it may exist, unless it
	// was looked up.
	Partial    bool
	Containers []taskdef.Container
	Interface  network.Interface
	// Pushed reports whether an image is in its repository, because the graph does not hold a repository's contents. If it
	// is nil, images are assumed to be pushed.
	Pushed func(image string) bool
}

// Question is one step of a task's start, with the answer whether it works.
type Question struct {
	Text   string
	Answer awsmodel.Answer
}

// Step is one thing that ECS does to start a task.
type Step struct {
	ID, Text string
	Ask      func(Task) awsmodel.Answer
}

// Steps are what ECS does to start a task, in its order.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
func Steps() []Step {
	return []Step{
		{"roles", "can ECS assume the roles?", Task.assumeRoles},
		{"registry", "can the task log in to the registry?", func(t Task) awsmodel.Answer { return t.each(t.login) }},
		{"secrets", "can the task read its secrets?", func(t Task) awsmodel.Answer { return t.each(t.secrets) }},
		{"image", "can the task pull its images?", func(t Task) awsmodel.Answer { return t.each(t.pull) }},
		{"volumes", "can the task mount its volumes?", Task.mounts},
		{"logs", "can the task write its logs?", func(t Task) awsmodel.Answer { return t.each(t.logs) }},
	}
}

// Start answers each step of a task's start, up to the first step that fails.
func (t Task) Start() []Question {
	var asked []Question
	for _, step := range Steps() {
		answer := step.Ask(t)
		asked = append(asked, Question{step.Text, answer})
		if !answer.OK() {
			return asked
		}
	}
	return asked
}

// Failure returns the reason why a task does not start, in AWS's words; "" if it starts.
func Failure(asked []Question) string {
	if len(asked) == 0 {
		return ""
	}
	return asked[len(asked)-1].Answer.Failure()
}

// each combines the answers for all containers.
func (t Task) each(ask func(taskdef.Container) awsmodel.Answer) awsmodel.Answer {
	all := awsmodel.Answer{Verdict: awsmodel.Proven}
	for _, c := range t.Containers {
		if all = all.Then(ask(c)); !all.OK() {
			return all
		}
	}
	return all
}

// nothing is the answer where nothing can fail.
var nothing = awsmodel.Answer{Verdict: awsmodel.Proven}

// assumeRoles answers whether ECS can assume both roles for the task.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
func (t Task) assumeRoles() awsmodel.Answer {
	all := nothing
	for _, property := range []string{"executionRoleArn", "taskRoleArn"} {
		arn := t.Definition.Text(property)
		if arn == "" {
			continue
		}
		refused := fmt.Sprintf("ECS was unable to assume the role '%s' that was provided for this task. Please verify that "+
			"the role being passed has the proper trust relationship and permissions and that your IAM user has permissions "+
			"to pass this role.", arn)
		role := identity.Role(t.Graph, arn)
		if role == nil {
			return t.lacks(all, graph.Role, "", arn, "role "+arn, refused)
		}
		trusts := identity.Trusts(role, "ecs-tasks.amazonaws.com", map[string]string{
			"aws:SourceAccount": t.Account, "aws:SourceArn": t.Arn("ecs", "task/"+t.ID),
		})
		if all = all.Then(trusts).WithSymptom(refused); !all.OK() {
			return all
		}
	}
	return all
}

// lacks ends a path at a resource that the graph does not have. If the graph is partial and the resource was not looked
// up, the answer is undecided.
func (t Task) lacks(answer awsmodel.Answer, typ, region, id, what, symptom string) awsmodel.Answer {
	if t.Partial && t.Graph.Get(graph.Absent, region, typ+" "+id) == nil {
		return answer.Doubt(what, "is not part of the stack, and was not looked up")
	}
	return answer.Refute(what, "does not exist").WithSymptom(symptom)
}

// Arn returns the ARN of a service's resource in the task's account and region.
func (t Task) Arn(service, resource string) string {
	return strings.Join([]string{"arn", t.Partition, service, t.Region, t.Account, resource}, ":")
}

// service answers whether the task reaches the API of an AWS service in a region. VPC endpoints serve only their own
// region.
func (t Task) service(name, region string) awsmodel.Answer {
	if region != t.Region {
		return t.network().Internet(t.Interface, network.HTTPS)
	}
	return t.network().Service(t.Interface, name)
}

func (t Task) network() network.Network {
	return network.Network{Graph: t.Graph, Region: t.Region, Partial: t.Partial}
}

// may answers whether a role may do something; denied is AWS's answer when it may not. Without a role nothing needs
// one: ECS made sure of it when the task definition was registered.
func (t Task) may(
	property, action, resource string, known ...map[string]string,
) (answer awsmodel.Answer, denied string) {
	arn := t.Definition.Text(property)
	role := identity.Role(t.Graph, arn)
	switch {
	case role == nil && arn != "" && t.Partial:
		return awsmodel.Answer{}.Doubt("role "+arn, "is not in the stack: what it may do is not known"), ""
	case role == nil:
		return nothing, ""
	}
	why := "identity-based policy"
	context := map[string]string{"aws:RequestedRegion": cmp.Or(awsmodel.RegionOf(resource), t.Region)}
	for _, keys := range known {
		maps.Copy(context, keys)
	}
	if answer = identity.Allows(t.Graph, role, action, resource, context); answer.OK() {
		why = "VPC endpoint policy"
		answer = answer.Then(t.passes(role.Text("arn"), action, resource))
	}
	caller := fmt.Sprintf("arn:%s:sts::%s:assumed-role/%s/%s", t.Partition, t.Account, role.Text("name"), t.ID)
	return answer, fmt.Sprintf("AccessDeniedException: User: %s is not authorized to perform: %s on resource: %s because "+
		"no %s allows the %s action", caller, action, resource, why, action)
}

// viaParameterStore are the condition keys of a request to KMS that Parameter Store makes for the task.
// https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
// https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html
func (t Task) viaParameterStore(parameter string) map[string]string {
	return map[string]string{
		"kms:ViaService": fmt.Sprintf("ssm.%s.amazonaws.com", t.Region), "kms:CallerAccount": t.Account,
		"kms:EncryptionContext:PARAMETER_ARN": parameter, "kms:EncryptionContextKeys": "PARAMETER_ARN",
		"aws:ViaAWSService": "true",
	}
}

// passes answers whether the policy of the VPC endpoint that a request uses, if any, allows the request.
func (t Task) passes(principal, action, resource string) awsmodel.Answer {
	service, _, _ := strings.Cut(action, ":")
	switch {
	case action == "ecr:GetAuthorizationToken":
		service = "ecr.api"
	case service == "ecr":
		service = "ecr.dkr"
	case service == "kms":
		return nothing // The service that encrypted a value decrypts it, without an endpoint in the task's VPC.
	}
	if region := awsmodel.RegionOf(resource); region != "" && region != t.Region {
		return nothing
	}
	endpoint := t.network().Endpoint(t.Interface, service)
	if endpoint == nil {
		return nothing
	}
	return identity.Passes(endpoint, t.Account, principal, action, resource)
}

// allowed is may with the symptom that the caller's step shows.
func (t Task) allowed(symptom, action, resource string, known ...map[string]string) awsmodel.Answer {
	answer, denied := t.may("executionRoleArn", action, resource, known...)
	return answer.WithSymptom(symptom + denied)
}
