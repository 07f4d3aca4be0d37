package readiness_test

import (
	"encoding/json"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/network"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/readiness"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/taskdef"
)

const (
	region  = "eu-west-2"
	account = "123456789012"
	image   = account + ".dkr.ecr.eu-west-2.amazonaws.com/live-beats:1"
	trust   = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
		"Principal": {"Service": "ecs-tasks.amazonaws.com"}}]}`
	containers = `[{"name": "app", "image": "` + image + `",
		"secrets": [{"name": "A", "valueFrom": "arn:aws:ssm:eu-west-2:123456789012:parameter/app/a"}],
		"mountPoints": [{"sourceVolume": "songs", "containerPath": "/tmp/songs"}],
		"logConfiguration": {"logDriver": "awslogs", "options": {
			"awslogs-group": "/app", "awslogs-region": "eu-west-2", "awslogs-stream-prefix": "app"}}}]`
)

// everything is the default policy of a VPC endpoint.
const everything = `"{\"Version\":\"2008-10-17\",\"Statement\":[{\"Action\":\"*\",\"Effect\":\"Allow\",` +
	`\"Principal\":\"*\",\"Resource\":\"*\"}]}"`

func policy(statements ...string) string {
	return `{"Version": "2012-10-17", "Statement": [` + strings.Join(statements, ",") + `]}`
}

func allow(actions, resource string) string {
	return `{"Effect": "Allow", "Action": ` + actions + `, "Resource": "` + resource + `"}`
}

// startable returns the properties, in JSON, of all resources that decide whether a task starts. The task is in a
// private subnet without a route to the internet. It has an endpoint for each service that it needs, a file system, a
// customer managed key and two roles.
func startable() map[string]string {
	key := "arn:aws:kms:eu-west-2:123456789012:key/k"
	fs := "arn:aws:elasticfilesystem:eu-west-2:123456789012:file-system/fs-1"
	quoted := func(s string) string { data, _ := json.Marshal(s); return string(data) }
	resources := map[string]string{
		graph.Vpc + " vpc-1":            `{"enableDnsSupport": true, "enableDnsHostnames": true, "mainRouteTableId": "rtb-1"}`,
		graph.RouteTable + " rtb-1":     `{"vpcId": "vpc-1"}`,
		graph.Subnet + " subnet-1":      `{"vpcId": "vpc-1", "cidrBlock": "10.0.1.0/24", "availabilityZone": "eu-west-2a"}`,
		graph.SecurityGroup + " sg-1":   `{"vpcId": "vpc-1", "name": "task"}`,
		graph.EgressRule + " out":       `{"securityGroupId": "sg-1", "ipProtocol": "-1", "cidrIpv4": "0.0.0.0/0"}`,
		graph.SecurityGroup + " sg-2":   `{"vpcId": "vpc-1", "name": "services"}`,
		graph.IngressRule + " in":       `{"securityGroupId": "sg-2", "ipProtocol": "tcp", "fromPort": 443, "toPort": 443, "referencedSecurityGroupId": "sg-1"}`,
		graph.IngressRule + " nfs":      `{"securityGroupId": "sg-2", "ipProtocol": "tcp", "fromPort": 2049, "toPort": 2049, "referencedSecurityGroupId": "sg-1"}`,
		graph.VpcEndpoint + " s3":       `{"vpcId": "vpc-1", "serviceName": "com.amazonaws.eu-west-2.s3", "policy": ` + everything + `, "vpcEndpointType": "Gateway", "routeTableIds": ["rtb-1"]}`,
		graph.Parameter + " /app/a":     `{"name": "/app/a", "keyId": "` + key + `"}`,
		graph.LogGroup + " /app":        `{"name": "/app"}`,
		graph.FileSystem + " fs-1":      `{}`,
		graph.MountTarget + " fsmt-1":   `{"fileSystemId": "fs-1", "subnetId": "subnet-1", "securityGroups": ["sg-2"]}`,
		graph.AccessPoint + " fsap-1":   `{"fileSystemId": "fs-1", "rootDirectory": {"path": "/songs", "creationInfo": {"ownerUid": 65534}}}`,
		graph.FileSystemPol + " policy": `{"fileSystemId": "fs-1", "policy": ` + quoted(policy(`{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}`)) + `}`,
		graph.Role + " execution":       `{"name": "execution", "arn": "arn:execution", "assumeRolePolicy": ` + quoted(trust) + `}`,
		graph.Role + " task":            `{"name": "task", "arn": "arn:task", "assumeRolePolicy": ` + quoted(trust) + `}`,
		graph.RolePolicy + " start": `{"role": "execution", "policy": ` + quoted(policy(
			allow(`["ecr:*", "logs:*"]`, "*"), allow(`"ssm:GetParameters"`, "*"), allow(`"kms:Decrypt"`, key))) + `}`,
		graph.Policy + " arn:attached":   `{"policy": ` + quoted(policy(allow(`"ssmmessages:*"`, "*"))) + `}`,
		graph.PolicyAttachment + " exec": `{"role": "task", "policyArn": "arn:attached"}`,
		graph.RolePolicy + " files":      `{"role": "task", "policy": ` + quoted(policy(allow(`"elasticfilesystem:Client*"`, fs))) + `}`,
		"definition live-beats:1":        `{"executionRoleArn": "arn:execution", "taskRoleArn": "arn:task", "volumes": [{"name": "songs", "efsVolumeConfiguration": {"fileSystemId": "fs-1", "rootDirectory": "/", "transitEncryption": "ENABLED", "authorizationConfig": {"accessPointId": "fsap-1", "iam": "ENABLED"}}}]}`,
	}
	for _, service := range []string{"ecr.api", "ecr.dkr", "logs", "ssm", "ssmmessages"} {
		resources[graph.VpcEndpoint+" "+service] = `{"vpcId": "vpc-1", "vpcEndpointType": "Interface", "privateDnsEnabled": true,
			"serviceName": "com.amazonaws.eu-west-2.` + service + `", "policy": ` + everything + `, "subnetIds": ["subnet-1"], "securityGroupIds": ["sg-2"]}`
	}
	return resources
}

// task builds a task from resources, whose keys are a type and an id.
func task(t *testing.T, resources map[string]string) readiness.Task {
	t.Helper()
	var all []*graph.Resource
	for key, text := range resources {
		typ, id, _ := strings.Cut(key, " ")
		r := &graph.Resource{Type: typ, ID: id, Region: region}
		require.NoError(t, json.Unmarshal([]byte(text), &r.Props), key)
		if strings.HasPrefix(typ, "aws:iam/") {
			r.Region = ""
		}
		all = append(all, r)
	}
	g := graph.New(all...)
	parsed, err := taskdef.Parse(containers)
	require.NoError(t, err)
	return readiness.Task{
		Graph: g, Partition: "aws", Region: region, Account: account, ID: "t1",
		Definition: g.Get("definition", region, "live-beats:1"), Containers: parsed,
		Pushed: func(ref string) bool { return ref == image },
		Interface: network.Interface{
			Name: "task", Subnets: []string{"subnet-1"}, Groups: []string{"sg-1"},
			Addresses: []netip.Prefix{netip.MustParsePrefix("10.0.1.9/32")},
		},
	}
}

func TestTaskStarts(t *testing.T) {
	t.Parallel()
	ready := task(t, startable())
	asked := ready.Start()
	require.Empty(t, readiness.Failure(asked))
	require.Len(t, asked, 6)
	for _, question := range asked {
		require.True(t, question.Answer.OK(), question.Text)
		require.NotEmpty(t, question.Answer.Hops, question.Text)
	}
	require.True(t, ready.Exec().OK())
}

// TestWhatATaskNeeds breaks one thing at a time: it changes a text in a resource, or deletes the resource.
func TestWhatATaskNeeds(t *testing.T) {
	t.Parallel()
	const (
		registry = "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: " +
			"unable to retrieve ecr registry auth: service call has been retried 1 time(s): "
		secrets = "unable to retrieve secrets from ssm: service call has been retried 1 time(s): "
		timeout = "failed to resolve ref " + image + ": dial tcp: i/o timeout"
		mount   = "ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes: stderr: "
		denied  = mount + "mount.nfs4: access denied by server while mounting 127.0.0.1:/"
	)
	for name, test := range map[string]struct{ resource, old, replacement, want string }{
		"execution role":       {graph.Role + " execution", "", "", "ECS was unable to assume the role 'arn:execution'"},
		"task role":            {graph.Role + " task", "", "", "ECS was unable to assume the role 'arn:task'"},
		"names":                {graph.Vpc + " vpc-1", "true", "false", registry + "RequestError"},
		"host names":           {graph.Vpc + " vpc-1", `Hostnames": true`, `Hostnames": false`, registry + "RequestError"},
		"registry's endpoint":  {graph.VpcEndpoint + " ecr.api", "", "", registry + "RequestError: send request failed caused by: Post \"https://api.ecr.eu-west-2.amazonaws.com/\": dial tcp: i/o timeout"},
		"endpoints' way in":    {graph.IngressRule + " in", "", "", registry + "RequestError"},
		"registry login":       {graph.RolePolicy + " start", "ecr:*", "ecr:Batch*", registry + "AccessDeniedException"},
		"parameters' endpoint": {graph.VpcEndpoint + " ssm", "", "", secrets + "RequestCanceled"},
		"parameter":            {graph.Parameter + " /app/a", "", "", secrets + "invalid parameters: /app/a"},
		"key":                  {graph.RolePolicy + " start", "kms:Decrypt", "kms:Encrypt", "is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:eu-west-2:123456789012:key/k"},
		"key by an alias":      {graph.Parameter + " /app/a", "arn:aws:kms:eu-west-2:123456789012:key/k", "alias/app", "cannot decide"},
		"AWS's own key":        {graph.Parameter + " /app/a", "arn:aws:kms:eu-west-2:123456789012:key/k", "alias/aws/ssm", ""},
		"images' endpoint":     {graph.VpcEndpoint + " ecr.dkr", "", "", timeout},
		"layers' endpoint":     {graph.VpcEndpoint + " s3", "", "", timeout},
		"layers' route tables": {graph.VpcEndpoint + " s3", "rtb-1", "rtb-2", timeout},
		"pull":                 {graph.RolePolicy + " start", "ecr:*", "ecr:GetAuthorizationToken", "is not authorized to perform: ecr:BatchGetImage"},
		"mount target":         {graph.MountTarget + " fsmt-1", "", "", mount + `Failed to resolve "fs-1.efs.eu-west-2.amazonaws.com"`},
		"mount target's zone":  {graph.MountTarget + " fsmt-1", "subnet-1", "subnet-9", mount + "Failed to resolve"},
		"NFS":                  {graph.IngressRule + " nfs", "", "", mount + "mount.nfs4: Connection timed out"},
		"access point":         {graph.AccessPoint + " fsap-1", "", "", denied},
		"another's point":      {graph.AccessPoint + " fsap-1", "fs-1", "fs-2", denied},
		"directory":            {graph.AccessPoint + " fsap-1", "creationInfo", "other", mount + "mount.nfs4: mounting fs-1.efs.eu-west-2.amazonaws.com:/songs failed"},
		"files policy":         {graph.RolePolicy + " files", "Client*", "ClientMount", denied},
		"no files policy":      {graph.RolePolicy + " files", "", "", denied},
		"encryption":           {"definition live-beats:1", `"transitEncryption": "ENABLED"`, `"transitEncryption": "DISABLED"`, denied},
		"no name":              {"definition live-beats:1", `"iam": "ENABLED"`, `"iam": "DISABLED"`, denied},
		"logs' endpoint":       {graph.VpcEndpoint + " logs", "", "", "dial tcp: i/o timeout : exit status 1"},
		"logs":                 {graph.RolePolicy + " start", "logs:*", "logs:PutLogEvents", "is not authorized to perform: logs:CreateLogStream"},
		"log group":            {graph.LogGroup + " /app", "", "", "The specified log group does not exist."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resources := startable()
			require.Contains(t, resources[test.resource], test.old)
			if resources[test.resource] = strings.Replace(resources[test.resource], test.old, test.replacement, 1); test.old == "" {
				delete(resources, test.resource)
			}
			failure := readiness.Failure(task(t, resources).Start())
			if test.want == "" {
				require.Empty(t, failure)
				return
			}
			require.Contains(t, failure, test.want)
		})
	}
}

// TestEndpointPolicies gives one endpoint a policy that allows only what the case names.
func TestEndpointPolicies(t *testing.T) {
	t.Parallel()
	through := func(principal, action, resource string) string {
		data, _ := json.Marshal(policy(`{"Effect": "Allow", "Principal": ` + principal + `, "Action": "` + action +
			`", "Resource": "` + resource + `"}`))
		return string(data)
	}
	const (
		anyone, role, whole = `"*"`, `{"AWS": "arn:aws:iam::123456789012:role/execution"}`, `{"AWS": "123456789012"}`
		layers              = "arn:aws:s3:::prod-eu-west-2-starport-layer-bucket/*"
	)
	for name, test := range map[string]struct{ service, policy, want string }{
		"layers":              {"s3", through(anyone, "s3:GetObject", layers), ""},
		"layers of the role":  {"s3", through(role, "s3:GetObject", layers), "unexpected status code 403 Forbidden"},
		"own buckets alone":   {"s3", through(anyone, "s3:*", "arn:aws:s3:::mine/*"), "unexpected status code 403 Forbidden"},
		"parameters":          {"ssm", through(anyone, "ssm:GetParameters", "*"), ""},
		"the role's":          {"ssm", through(role, "ssm:*", "*"), ""},
		"the account's":       {"ssm", through(whole, "ssm:*", "*"), ""},
		"another account's":   {"ssm", through(`{"AWS": "210987654321"}`, "ssm:*", "*"), "no VPC endpoint policy allows the ssm:GetParameters"},
		"one parameter alone": {"ssm", through(anyone, "ssm:GetParameter", "*"), "no VPC endpoint policy allows the ssm:GetParameters"},
		"login":               {"ecr.api", through(anyone, "ecr:Batch*", "*"), "no VPC endpoint policy allows the ecr:GetAuthorizationToken"},
		"pull":                {"ecr.dkr", through(anyone, "ecr:Batch*", "*"), "no VPC endpoint policy allows the ecr:GetDownloadUrlForLayer"},
		"logs":                {"logs", through(anyone, "logs:Put*", "*"), "no VPC endpoint policy allows the logs:CreateLogStream"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resources := startable()
			for _, id := range []string{graph.Role + " execution", "definition live-beats:1"} {
				resources[id] = strings.Replace(resources[id], "arn:execution", "arn:aws:iam::123456789012:role/execution", 1)
			}
			endpoint := graph.VpcEndpoint + " " + test.service
			resources[endpoint] = strings.Replace(resources[endpoint], everything, test.policy, 1)
			failure := readiness.Failure(task(t, resources).Start())
			if test.want == "" {
				require.Empty(t, failure)
				return
			}
			require.Contains(t, failure, test.want)
		})
	}
}

// TestKeyOfAParameter encrypts the parameter with the key of each case.
func TestKeyOfAParameter(t *testing.T) {
	t.Parallel()
	const arn = "arn:aws:kms:eu-west-2:123456789012:key/k"
	key := func(principal, more string) string {
		data, _ := json.Marshal(policy(`{"Effect": "Allow", "Principal": {"AWS": "` + principal + `"}, "Action": "kms:*", "Resource": "*"` +
			more + `}`))
		return `{"arn": "` + arn + `", "isEnabled": true, "policy": ` + string(data) + `}`
	}
	const root = "arn:aws:iam::123456789012:root"
	via := func(service string) string {
		return `, "Condition": {"StringEquals": {"kms:ViaService": "` + service + `"}}`
	}
	denied := "AccessDeniedException: The ciphertext refers to a customer master key that does not exist"
	for name, test := range map[string]struct{ key, id, want string }{
		"left to the account": {key(root, ""), arn, ""},
		"by its id":           {key(root, ""), "k", ""},
		"by an alias":         {key(root, ""), "alias/app", ""},
		"the role's":          {key("arn:execution", ""), arn, ""},
		"another role's":      {key("arn:aws:iam::123456789012:role/other", ""), arn, denied},
		"by Parameter Store":  {key(root, via("ssm.eu-west-2.amazonaws.com")), arn, ""},
		"by another service":  {key(root, via("s3.eu-west-2.amazonaws.com")), arn, denied},
		"disabled":            {strings.Replace(key(root, ""), "true", "false", 1), arn, "DisabledException: " + arn + " is disabled."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resources := startable()
			resources[graph.Key+" k"] = test.key
			resources[graph.KeyAlias+" alias/app"] = `{"targetKeyArn": "` + arn + `"}`
			resources[graph.Parameter+" /app/a"] = `{"name": "/app/a", "keyId": "` + test.id + `"}`
			failure := readiness.Failure(task(t, resources).Start())
			if test.want == "" {
				require.Empty(t, failure)
				return
			}
			require.Contains(t, failure, test.want)
		})
	}
}

// TestImageOfAnotherRegion checks that endpoints serve only their own region.
func TestImageOfAnotherRegion(t *testing.T) {
	t.Parallel()
	ready := task(t, startable())
	ready.Pushed = func(string) bool { return true }
	require.Empty(t, readiness.Failure(ready.Start()))
	ready.Containers[0].Image = strings.Replace(image, region, "eu-west-1", 1)
	require.Contains(t, readiness.Failure(ready.Start()), `Post "https://api.ecr.eu-west-1.amazonaws.com/": dial tcp`)
}

func TestImageThatWasNotPushed(t *testing.T) {
	t.Parallel()
	ready := task(t, startable())
	ready.Pushed = func(string) bool { return false }
	require.Contains(t, readiness.Failure(ready.Start()), image+": not found")
}

func TestExec(t *testing.T) {
	t.Parallel()
	for name, without := range map[string]string{
		"permission": graph.PolicyAttachment + " exec", "way": graph.VpcEndpoint + " ssmmessages",
	} {
		resources := startable()
		delete(resources, without)
		answer := task(t, resources).Exec()
		require.Equal(t, awsmodel.Refuted, answer.Verdict, name)
		require.Contains(t, answer.Symptom, "ExecuteCommandAgent: ", name)
	}
	resources := startable()
	delete(resources, graph.Policy+" arn:attached")
	require.Equal(t, awsmodel.Undecided, task(t, resources).Exec().Verdict, "the document of a policy is not known")

	ready := task(t, startable())
	ready.Containers[0].ReadonlyRootFilesystem = true
	require.Equal(t, "ExecuteCommandAgent: mkdir /var/lib/amazon/ssm: read-only file system", ready.Exec().Symptom)
	ready.Containers[0].MountPoints = []taskdef.MountPoint{{ContainerPath: "/var/lib"}, {ContainerPath: "/var/log/amazon"}}
	require.True(t, ready.Exec().OK())
}

// Parts of a container that are not modelled leave the check undecided. They are not a violation.
func TestWhatIsNotModelledIsUndecided(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(*taskdef.Container){
		"logs of container app: the log driver awsfirelens is not modelled": func(c *taskdef.Container) {
			c.LogConfiguration = &taskdef.LogConfiguration{LogDriver: "awsfirelens"}
		},
		"image " + image + ": the secret of its repositoryCredentials is not modelled": func(c *taskdef.Container) {
			c.RepositoryCredentials = map[string]any{"credentialsParameter": "arn"}
		},
	} {
		ready := task(t, startable())
		change(&ready.Containers[0])
		require.Equal(t, "the sandbox cannot decide this: "+want, readiness.Failure(ready.Start()))
	}
}

// TestExecSession breaks what the cluster's sessions need: a key, and a log group for the audit log.
func TestExecSession(t *testing.T) {
	t.Parallel()
	const (
		streams = "arn:aws:logs:eu-west-2:123456789012:log-group:/exec:*"
		key     = "arn:aws:kms:eu-west-2:123456789012:key/k"
	)
	cluster := func(configuration string) string {
		return `{"configuration": {"executeCommandConfiguration": {` + configuration + `}}}`
	}
	audited := cluster(`"logging": "OVERRIDE", "logConfiguration": {"cloudWatchLogGroupName": "/exec"}`)
	encrypted := cluster(`"kmsKeyId": "` + key + `"`)
	for name, test := range map[string]struct {
		cluster    string
		statements []string
		group      bool
		want       string
	}{
		"neither":        {cluster(""), nil, false, ""},
		"its own way":    {cluster(`"logging": "DEFAULT"`), nil, false, ""},
		"audited":        {audited, []string{allow(`"logs:DescribeLogGroups"`, "*"), allow(`"logs:*"`, streams)}, true, ""},
		"no log group":   {audited, []string{allow(`"logs:*"`, "*")}, false, "The specified log group does not exist."},
		"no permission":  {audited, []string{allow(`"logs:DescribeLogGroups"`, "*")}, true, "not authorized to perform: logs:DescribeLogStreams"},
		"no group found": {audited, []string{allow(`"logs:*"`, streams)}, true, "not authorized to perform: logs:DescribeLogGroups"},
		"encrypted":      {encrypted, []string{allow(`"kms:Decrypt"`, key)}, false, ""},
		"no decryption":  {encrypted, nil, false, "Unable to retrieve data key, Error when decrypting data key AccessDeniedException"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resources := startable()
			resources[graph.VpcEndpoint+" kms"] = strings.Replace(resources[graph.VpcEndpoint+" ssm"], "2.ssm", "2.kms", 1)
			data, _ := json.Marshal(policy(append(test.statements, allow(`"ssmmessages:*"`, "*"))...))
			resources[graph.RolePolicy+" session"] = `{"role": "task", "policy": ` + string(data) + `}`
			if test.group {
				resources[graph.LogGroup+" /exec"] = `{"name": "/exec"}`
			}
			ready := task(t, resources)
			ready.Cluster = &graph.Resource{Type: graph.Cluster}
			require.NoError(t, json.Unmarshal([]byte(test.cluster), &ready.Cluster.Props))
			answer := ready.Exec()
			require.Equal(t, test.want == "", answer.OK())
			require.Contains(t, answer.Symptom, test.want)
		})
	}
	resources := startable()
	ready := task(t, resources)
	ready.Cluster = &graph.Resource{Type: graph.Cluster}
	require.NoError(t, json.Unmarshal([]byte(encrypted), &ready.Cluster.Props))
	require.Contains(t, ready.Exec().Symptom, "RequestError", "the task does not reach KMS")
}

// TestListenerOfATargetGroup covers each form of a forward action.
func TestListenerOfATargetGroup(t *testing.T) {
	t.Parallel()
	listener := &graph.Resource{Type: graph.Listener, ID: "l", Region: region, Props: graph.Props{}}
	rule := &graph.Resource{Type: graph.ListenerRule, ID: "r", Region: region, Props: graph.Props{"listenerArn": "l"}}
	g := graph.New(listener, rule)
	require.Nil(t, readiness.Listener(g, region, "tg"))
	forward := []any{map[string]any{"targetGroupArn": "tg"}}
	weighted := []any{map[string]any{"forward": map[string]any{"targetGroups": []any{map[string]any{"arn": "tg"}}}}}
	for _, actions := range [][]any{forward, weighted} {
		listener.Props["defaultActions"] = actions
		require.Same(t, listener, readiness.Listener(g, region, "tg"))
		delete(listener.Props, "defaultActions")
		rule.Props["actions"] = actions
		require.Same(t, listener, readiness.Listener(g, region, "tg"))
		delete(rule.Props, "actions")
	}
}
