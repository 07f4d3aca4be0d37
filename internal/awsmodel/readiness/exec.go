package readiness

import (
	"slices"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/identity"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/taskdef"
)

// Exec answers whether ECS Exec can open a shell in the task. The agent in the task needs the permissions of the task
// role and a route to Session Manager. The session needs the key and the log group that the cluster configures.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html
func (t Task) Exec() awsmodel.Answer {
	const agent = "ExecuteCommandAgent: "
	answer := t.writes(agent).Then(t.ownRole(agent + "AccessDeniedException"))
	answer = answer.Then(t.service("ssmmessages", t.Region).
		WithSymptom(agent + "RequestError: send request failed caused by: dial tcp: i/o timeout"))
	for _, action := range []string{"CreateControlChannel", "CreateDataChannel", "OpenControlChannel", "OpenDataChannel"} {
		answer = t.granted(answer, agent, "ssmmessages:"+action, "*")
	}
	if t.Cluster == nil || !answer.OK() {
		return answer
	}
	session := t.Cluster.Object("configuration").Object("executeCommandConfiguration")
	return t.audit(t.encryption(answer, session), session)
}

// writes answers whether the agent can write its files in every essential container.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html#ecs-exec-considerations
func (t Task) writes(agent string) awsmodel.Answer {
	for _, c := range t.Containers {
		for _, path := range []string{"/var/lib/amazon/ssm", "/var/log/amazon/ssm"} {
			if c.IsEssential() && !c.Writes(path) {
				return nothing.Refute("container "+c.Name+" can write to "+path,
					"readonlyRootFilesystem is true, and no volume is mounted there").
					WithSymptom(agent + "mkdir " + path + ": read-only file system") // wording is a guess
			}
		}
	}
	return nothing
}

// ownRole answers whether AWS clients in the essential containers use the task role. Access keys in the environment
// come first.
// https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
func (t Task) ownRole(symptom string) awsmodel.Answer {
	const key = "AWS_ACCESS_KEY_ID"
	for _, c := range t.Containers {
		what := "container " + c.Name + " acts as the task role"
		switch {
		case !c.IsEssential():
		case slices.ContainsFunc(c.Environment, func(v taskdef.Variable) bool { return v.Name == key }):
			return nothing.Refute(what, "its variable "+key+" overrules the role").
				WithSymptom(symptom)
		case slices.ContainsFunc(c.Secrets, func(s taskdef.Secret) bool { return s.Name == key }):
			return nothing.Doubt(what, "its secret "+key+" overrules the role: what the key's owner may do is not known")
		}
	}
	return nothing
}

// granted adds the check of a permission of the task role to an answer.
func (t Task) granted(answer awsmodel.Answer, symptom, action, resource string) awsmodel.Answer {
	if !answer.OK() {
		return answer
	}
	may, denied := t.may("taskRoleArn", action, resource)
	return answer.Then(may.WithSymptom(symptom + denied))
}

// encryption adds the checks of the key that encrypts the cluster's sessions. The task itself uses the key.
func (t Task) encryption(answer awsmodel.Answer, session graph.Props) awsmodel.Answer {
	id := session.Text("kmsKeyId")
	if id == "" {
		return answer
	}
	const failed = "Encountered error while initiating handshake. Fetching data key failed: Unable to retrieve data " +
		"key, Error when decrypting data key "
	arn, known := t.keyOf(id, t.Region)
	if !known {
		return answer.Doubt("key "+id, "the alias is not known; give the key's ARN")
	}
	answer = answer.Then(t.service("kms", t.Region).WithSymptom(failed + "RequestError: send request failed"))
	answer = t.granted(answer, failed, "kms:Decrypt", arn)
	return t.admitted(answer, arn, t.Region, "taskRoleArn", failed+"AccessDeniedException", nil)
}

// admitted adds to an answer whether a key's policy lets one of the task's roles decrypt with it.
func (t Task) admitted(
	answer awsmodel.Answer, arn, region, role, symptom string, context map[string]string,
) awsmodel.Answer {
	key := t.Graph.Get(graph.Key, region, arn)
	switch {
	case !answer.OK(), key == nil && !t.Partial:
		return answer
	case key == nil:
		return answer.Doubt("key "+arn, "is not in the stack: whom its policy admits is not known")
	}
	return answer.Then(identity.Admits(key, t.Partition, t.Account, t.Definition.Text(role), "kms:Decrypt", context)).
		WithSymptom(symptom)
}

// audit adds the checks of the log group to which the cluster's sessions are logged.
func (t Task) audit(answer awsmodel.Answer, session graph.Props) awsmodel.Answer {
	group := session.Object("logConfiguration").Text("cloudWatchLogGroupName")
	if session.Text("logging") != "OVERRIDE" || group == "" || !answer.OK() {
		return answer
	}
	// wording is a guess
	const failed = "We couldn't start the session because its CloudWatch log group cannot be used: "
	answer = answer.Then(t.service("logs", t.Region).WithSymptom(failed + "RequestError: send request failed"))
	answer = t.granted(answer, failed, "logs:DescribeLogGroups", "*")
	for _, action := range []string{"logs:DescribeLogStreams", "logs:CreateLogStream", "logs:PutLogEvents"} {
		answer = t.granted(answer, failed, action, t.Arn("logs", "log-group:"+group+":log-stream:"+t.ID))
	}
	if answer.OK() && t.Graph.Get(graph.LogGroup, t.Region, group) == nil {
		return t.lacks(answer, graph.LogGroup, t.Region, group, "log group "+group,
			failed+"The specified log group does not exist.")
	}
	return answer
}
