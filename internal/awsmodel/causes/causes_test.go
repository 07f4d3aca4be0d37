package causes

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/doctest"
)

const (
	start = "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: "
	ssm   = start + "unable to retrieve secrets from ssm: service call has been retried 1 time(s): "
	login = start + "unable to retrieve ecr registry auth: service call has been retried 3 time(s): "
	pull  = "CannotPullContainerError: pull image manifest has been retried 1 time(s): "
	logs  = "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: "
	efs   = "ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes: stderr: "
	codes = "Health checks failed with these codes: "
)

// examples are messages of AWS and Live Beats, with a part of the cause that Explain returns for each.
var examples = []struct{ message, cause string }{
	{"ECS was unable to assume the role 'arn:aws:iam::123456789012:role/x' that was provided for this task.", "may not use one of the task's roles"},
	{ssm + "invalid parameters: /staging/fly-live-beats/database-url", "a parameter that the tasks start with does not exist"},
	{ssm + "AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/x/1 is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:eu-west-2:123456789012:key/k", "may not decrypt a parameter"},
	{ssm + "AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/x/1 is not authorized to perform: ssm:GetParameters on resource: arn:aws:ssm:eu-west-2:123456789012:parameter/a because no identity-based policy allows the ssm:GetParameters action", "may not read a parameter"},
	{ssm + "RequestCanceled: request context canceled caused by: context deadline exceeded", "cannot reach Parameter Store"},
	{login + "AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/x/1 is not authorized to perform: ecr:GetAuthorizationToken on resource: *", "may not log in to ECR"},
	{login + `RequestError: send request failed caused by: Post "https://api.ecr.eu-west-2.amazonaws.com/": dial tcp 10.0.0.1:443: i/o timeout`, "cannot reach ECR"},
	{pull + "image Manifest does not contain descriptor matching platform 'linux/amd64'", "another CPU"},
	{"exec /app/bin/server: exec format error", "another CPU"},
	{"CannotPullContainerError: inspect image has been retried 5 time(s): httpReadSeeker: failed open: unexpected status code 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit.", "limits image pulls without a login"},
	{"CannotPullContainerError: ref pull has been retried 1 time(s): failed to extract layer: write /var/lib/containerd/x: no space left on device", "does not fit"},
	{pull + "failed to resolve ref 123456789012.dkr.ecr.eu-west-2.amazonaws.com/live-beats:1: unexpected status from HEAD request: 403 Forbidden", "may not pull the image"},
	{pull + "failed to resolve ref docker.io/a/b:1: dial tcp 54.1.1.1:443: i/o timeout", "cannot reach the image's registry"},
	{pull + "failed to resolve ref 123456789012.dkr.ecr.eu-west-2.amazonaws.com/live-beats:2: 123456789012.dkr.ecr.eu-west-2.amazonaws.com/live-beats:2: not found", "the image or its tag does not exist"},
	{logs + "ResourceNotFoundException: The specified log group does not exist. : exit status 1", "the log group does not exist"},
	{logs + "AccessDeniedException: User: x is not authorized to perform: logs:CreateLogStream on resource: y: exit status 1", "may not write the logs"},
	{logs + `RequestError: send request failed caused by: Post "https://logs.eu-west-2.amazonaws.com/": dial tcp: i/o timeout : exit status 1`, "cannot reach CloudWatch Logs"},
	{efs + `Failed to resolve "fs-0123.efs.eu-west-2.amazonaws.com" - check that your file system ID is correct, and ensure that the VPC has an EFS mount target for this file system ID. : unsuccessful EFS utils command execution; code: 1`, "no mount target"},
	{efs + "mount.nfs4: Connection timed out : unsuccessful EFS utils command execution; code: 32", "does not let the tasks in on port 2049"},
	{efs + "b'mount.nfs4: access denied by server while mounting 127.0.0.1:/' : unsuccessful EFS utils command execution; code: 32", "does not let the tasks mount the files"},
	{efs + "mount.nfs4: mounting fs-0123.efs.eu-west-2.amazonaws.com:/songs failed, reason given by server: No such file or directory : unsuccessful EFS utils command execution; code: 32", "the directory of the access point"},
	{`CannotStartContainerError: ResourceInitializationError: failed to create new container runtime task: runc create failed: unable to start container process: exec: "/app/bin/migrate": stat /app/bin/migrate: no such file or directory: unknown`, "not a release of Live Beats"},
	{"(service x) was unable to place a task. Reason: Capacity is unavailable at this time. Please try again later or in a different availability zone.", "no capacity for the tasks"},
	{"Your Spot Task was interrupted.", "AWS took a Spot task back"},
	{"(service x) was unable to place a task. Reason: You've reached the limit on the number of vCPUs you can run concurrently.", "quota of Fargate"},
	{"Unexpected EC2 error while attempting to Create Network Interface in subnet 'subnet-1': InsufficientFreeAddressesInSubnet", "no free addresses"},
	{`** (System.EnvError) could not fetch environment variable "LIVE_BEATS_GITHUB_CLIENT_ID" because it is not set`, "lacks an environment variable"},
	{"** (RuntimeError) environment variable SECRET_KEY_BASE is missing.", "lacks an environment variable"},
	{"[error] Postgrex.Protocol (#PID<0.2156.0>) failed to connect: ** (Postgrex.Error) FATAL 53300 (too_many_connections) sorry, too many clients already", "no connections left"},
	{"** (Ecto.InvalidURLError) invalid url placeholder, host is not present. The parsed URL is: %URI{}", "perhaps still the placeholder"},
	{`** (Postgrex.Error) FATAL 28P01 (invalid_password) password authentication failed for user "app"`, "user and password"},
	{`** (Postgrex.Error) FATAL 28000 (invalid_authorization_specification) no pg_hba.conf entry for host "10.0.1.9", user "app", database "app", no encryption`, "requires TLS"},
	{"** (DBConnection.ConnectionError) tcp connect (db.example.com:5432): non-existing domain - :nxdomain", "host name does not exist"},
	{"** (DBConnection.ConnectionError) tcp connect (db.abc.eu-west-2.rds.amazonaws.com:5432): connection timed out - :etimedout", "do not reach the database"},
	{"** (DBConnection.ConnectionError) connection not available and request was dropped from queue after 2990ms.", "waits for database connections"},
	{"** (DBConnection.ConnectionError) ssl recv: closed (the connection was closed by the pool)", "lost its connection to the database"},
	{"[error] Could not check origin for Phoenix.Socket transport. Origin of the request: http://Beats-1.eu-west-2.elb.amazonaws.com", "browsers use another host name"},
	{`[warn] [libcluster:ecs] unable to connect to :"live-beats@172.31.16.6"`, "does not reach it on 4369"},
	{"[warn] [libcluster:ecs] ECS strategy is selected, but service_name is not configured correctly!", "where to find each other"},
	{`[warn] [libcluster:ecs] Error {:error, "no service matching arn:aws:ecs:x found"} while determining nodes in cluster via ECS strategy.`, "not theirs"},
	{`[warn] [libcluster:ecs] Error {:error, {"AccessDeniedException", "User: x is not authorized to perform: ecs:ListServices on resource: *"}} while determining nodes in cluster via ECS strategy.`, "the task role does not let"},
	{`[warn] [libcluster:ecs] Error {:error, {"InvalidParameterException", "Tasks cannot be empty."}} while determining nodes in cluster via ECS strategy.`, "no running task"},
	{"[warn] [libcluster:ecs] Error {:error, :connect_timeout} while determining nodes in cluster via ECS strategy.", "do not reach the ECS API"},
	{"Protocol 'inet6_tcp': register/listen error: eaddrnotavail", "IPv6"},
	{`** (File.CopyError) could not copy from "/tmp/plug" to "/tmp/songs/1": permission denied`, "may not write its files"},
	{"Essential container in task exited: CannotStartContainerError: dependency graph: failed to resolve container ordering dependency [migrate(x) (STOPPED->RUNNING) - Exit: 1] for target [live-beats(x) (NONE->RUNNING)] as dependency did not exit successfully.", "migration failed"},
	{"OutOfMemoryError: Container killed due to memory usage", "used too much memory"},
	{"Essential container in task exited (container live-beats: exit code 137)", "used too much memory"},
	{codes + "[301]", "redirects the health check to https"},
	{codes + "[302]", "answered with a redirect"},
	{codes + "[404]", "path does not exist"},
	{codes + "[500]", "answers the health check with an error"},
	{codes + "[401]", "does not answer 200"},
	{"Task failed ELB health checks in (target-group arn:aws:elasticloadbalancing:x): Request timed out", "no answer from the tasks"},
	{"HTTP/1.1 504 Gateway Time-out", "no answer from the tasks"},
	{"Target is in an Availability Zone that is not enabled for the load balancer", "a zone that the load balancer is not in"},
	{"Target group is not configured to receive traffic from the load balancer", "no listener forwards"},
	{"Health checks failed", "nothing answers on the tasks' port"},
	{"(service x) (deployment ecs-svc/1) deployment failed: alarm detected.", "an alarm went off"},
	{"Task failed container health checks", "neither curl nor wget"},
	{"Task failed ELB health checks in (target-group arn:aws:elasticloadbalancing:x)", "found the tasks unhealthy"},
	{"Kernel pid terminated (application_controller)\ninit terminating in do_boot", "the application stopped"},
	{"Essential container in task exited", "the application stopped"},
	{"ECS deployment circuit breaker: tasks failed to start.", "gave up the deployment"},
}

func TestEveryRowHasAMessage(t *testing.T) {
	t.Parallel()
	var unseen []string
	for _, r := range table {
		unseen = append(unseen, r.cause)
		require.NotEmpty(t, r.fix, r.cause)
	}
	for _, example := range examples {
		matches := Explain(example.message)
		require.Len(t, matches, 1, example.message)
		require.Contains(t, matches[0].Cause, example.cause, example.message)
		unseen = slices.DeleteFunc(unseen, func(cause string) bool { return cause == matches[0].Cause })
	}
	require.Empty(t, unseen, "no example reaches these")
}

func TestExplain(t *testing.T) {
	t.Parallel()
	require.Empty(t, Explain())
	require.Empty(t, Explain("(service x) has reached a steady state.", "Scaling activity initiated by (deployment ecs-svc/1)", ""))
	found := Explain("Essential container in task exited", "FATAL 53300 (too_many_connections)", codes+"[302]",
		"FATAL 53300 (too_many_connections) again", "ECS deployment circuit breaker: tasks failed to start.")
	require.Equal(t, []string{"FATAL 53300 (too_many_connections)", codes + "[302]"}, []string{found[0].Evidence, found[1].Evidence})
	require.Len(t, found, 2, "each cause once, and no vague one")
	long := Explain(examples[3].message)[0].Evidence
	require.Len(t, long, 205)
	require.Contains(t, long, " ... ")
}

// TestTroubleshooting checks that the document has the table of messages, causes and fixes.
func TestTroubleshooting(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	text.WriteString("| message | cause | fix |\n|---|---|---|\n")
	for _, example := range examples {
		for _, m := range Explain(example.message) {
			fmt.Fprintf(&text, "| `%s` | %s | %s |\n", m.Evidence, m.Cause, m.Fix)
		}
	}
	doctest.Check(t, filepath.Join("..", "..", "..", "docs", "troubleshooting.md"), "causes", "", text.String(),
		"go test ./internal/awsmodel/causes -run Troubleshooting -update")
}
