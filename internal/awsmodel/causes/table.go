package causes

const (
	outboundAccess = "give the tasks outbound access: network.placement public, network.natGateways or " +
		"network.endpoints; in an existing network, a route of their subnets and an egress rule for port 443"
	ownPolicies = "run up: the roles' policies follow the config; run refresh first to see what was changed on AWS"
	seeLog      = "read the log: aws logs tail with the output logGroupName; meanwhile set image back to one that works"
	migrations  = "read the log stream of the container migrate; fix DATABASE_URL or the database, and run up again; " +
		"service.migrate turns migrations off"
)

// table is searched from the top, so that specific rows come before general ones. The messages are those of
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html, of the load balancer
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html), and of the
// application's log.
var table = []row{
	// The start of a task.
	{pattern: `unable to assume the role`, cause: "ECS may not use one of the task's roles", fix: ownPolicies},
	{
		pattern: `secrets? from (ssm|asm).*invalid parameters`,
		cause:   "a parameter that the tasks start with does not exist",
		fix:     "create it at the path that secrets names, or set secretsMode: create; then run up",
	},
	{
		pattern: `secrets? from (ssm|asm).*(kms:Decrypt|ciphertext|DisabledException|KMSInvalidState)`,
		cause:   "the execution role may not decrypt a parameter: its key is customer managed, or disabled",
		fix:     "encrypt the parameter with alias/aws/ssm, or allow the role in the key's policy",
	},
	{
		pattern: `secrets? from (ssm|asm).*AccessDenied`,
		cause:   "the execution role may not read a parameter",
		fix:     "name the parameter's path in secrets, because the role may read only these parameters; then run up",
	},
	{
		pattern: `secrets? from (ssm|asm)`,
		cause:   "the tasks cannot reach Parameter Store", fix: outboundAccess,
	},
	{
		pattern: `ecr registry auth.*AccessDenied`,
		cause:   "the execution role may not log in to ECR",
		fix:     "set image to the repository in full (ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME:TAG) and run up",
	},
	{pattern: `ecr registry auth`, cause: "the tasks cannot reach ECR", fix: outboundAccess},
	{
		pattern: `descriptor matching platform|exec format error`,
		cause:   "the image was built for another CPU architecture than the tasks have",
		fix:     "set service.architecture to the image's, or build it with docker buildx build --platform linux/amd64",
	},
	{
		pattern: `CannotPull.*(toomanyrequests|rate limit)`,
		cause:   "the registry limits image pulls without a login",
		fix:     "push the image to a repository of your account, and set image to it",
	},
	{
		pattern: `CannotPull.*no space left`,
		cause:   "the image does not fit on the task's disk", fix: "raise service.ephemeralStorage",
	},
	{
		pattern: `CannotPull.*(forbidden|AccessDenied|not authorized|denied:|unauthorized)`,
		cause:   "the tasks may not pull the image",
		fix: "check the policies of the VPC's endpoints of ECR and S3, and the repository's policy if it belongs to " +
			"another account; then run up",
	},
	{
		pattern: `CannotPull.*(i/o timeout|deadline exceeded|request canceled|connection refused|no such host)`,
		cause:   "the tasks cannot reach the image's registry, or the S3 bucket of its layers", fix: outboundAccess,
	},
	{
		pattern: `CannotPull.*(not found|manifest unknown|does not exist)`,
		cause:   "the image or its tag does not exist", fix: "push it, or set image to one that was pushed",
	},
	{
		pattern: `logger args.*(ResourceNotFound|does not exist)`,
		cause:   "the log group does not exist", fix: "run refresh and up: the stack owns the log group",
	},
	{pattern: `logger args.*AccessDenied`, cause: "the execution role may not write the logs", fix: ownPolicies},
	{pattern: `logger args`, cause: "the tasks cannot reach CloudWatch Logs", fix: outboundAccess},
	{
		pattern: `Failed to resolve "fs-`,
		cause:   "the file system has no mount target in a task's zone, or names do not resolve in the VPC",
		fix:     "run refresh and up: the stack owns the mount targets; an existing VPC needs enableDnsSupport",
	},
	{
		pattern: `mount\.nfs4?: (Connection timed out|mount system call failed)`,
		cause:   "the file system's security group does not let the tasks in on port 2049", fix: "run refresh and up",
	},
	{
		pattern: `access denied by server while mounting`,
		cause:   "the task role, the access point or the file system's policy does not let the tasks mount the files",
		fix:     "run refresh and up: the stack creates all three with uploads.mode efs",
	},
	{
		pattern: `mounting fs-.* failed, reason given by server`,
		cause:   "the directory of the access point does not exist", fix: "run refresh and up: the access point creates it",
	},
	{
		pattern: `CannotStartContainerError.*(executable file not found|no such file or directory)`,
		cause:   "the image lacks /app/bin/server or /app/bin/migrate: it is not a release of Live Beats",
		fix:     "set image to one built from the app's Dockerfile",
	},
	{
		pattern: `Capacity is unavailable`,
		cause:   "Fargate has no capacity for the tasks at the moment",
		fix:     "set service.spotWeight to 0 if tasks run on Spot, give the service more zones (network.zones), or wait",
	},
	{
		pattern: `Spot (Task|capacity) was interrupted|SpotInterruption`,
		cause:   "AWS took a Spot task back, as it may at any time",
		fix:     "no change if another task has replaced it; else lower service.spotWeight (0 uses no Spot)",
	},
	{
		pattern: `InsufficientFreeAddresses`,
		cause:   "the tasks' subnets have no free addresses", fix: "give network.privateSubnetIds larger or more subnets",
	},
	{
		pattern: `reached the limit on the number of (vCPUs|tasks)`,
		cause:   "the account's quota of Fargate is used up",
		fix:     "lower service.desiredCount, autoscaling.max or service.cpu, or request a higher quota",
	},
	// The application's log, which is more specific than the exit of its container.
	{
		pattern: `System\.EnvError|environment variable \S+ is (missing|not set)`,
		cause:   "the application lacks an environment variable that it needs",
		fix:     "add the variable to secrets (with its parameter) or to environment",
	},
	{
		pattern: `53300|too_many_connections|remaining connection slots`,
		cause:   "the database has no connections left: a task opens 2 x service.poolSize, and a rollout doubles the tasks",
		fix:     "lower service.poolSize or service.desiredCount, or choose a larger database.instanceClass",
	},
	{
		pattern: `Ecto\.InvalidURLError|invalid url placeholder`,
		cause:   "DATABASE_URL is not the URL of a database: perhaps still the placeholder",
		fix:     "put the URL of the database into its parameter, and start new tasks",
	},
	{
		pattern: `invalid_password|28P01|password authentication failed`,
		cause:   "the database does not accept the user and password of DATABASE_URL",
		fix:     "put the correct ones into its parameter, and start new tasks",
	},
	{
		pattern: `no pg_hba\.conf entry|ssl not available|28000`,
		cause:   "the database requires TLS, or has no rule for the user",
		fix:     "add ?ssl=true to DATABASE_URL in its parameter, and start new tasks",
	},
	{
		pattern: `tcp connect .*nxdomain`,
		cause:   "the database's host name does not exist", fix: "put the correct one into DATABASE_URL, and start new tasks",
	},
	{
		pattern: `tcp connect .*(time(d)?[ -]?out|etimedout|econnrefused|ehostunreach)`,
		cause:   "the tasks do not reach the database",
		fix:     "set database.mode existing with database.securityGroupId; a database in another VPC also needs a route",
	},
	{
		pattern: `DBConnection\.ConnectionError.*(queue|dropped)`,
		cause:   "the application waits for database connections: too much load, or too few connections",
		fix:     "raise service.poolSize as far as the database allows, or choose a larger database.instanceClass",
	},
	{
		pattern: `DBConnection\.ConnectionError`,
		cause:   "the application lost its connection to the database",
		fix:     "check that the database runs, and check database.securityGroupId",
	},
	{
		pattern: `Could not check origin`,
		cause:   "browsers use another host name than the application expects: it refuses their websockets",
		fix:     "set host to the name in the browser's address bar, in lower case",
	},
	{
		pattern: `unable to connect to :"?live-beats@`,
		cause:   "a node finds another but does not reach it on 4369 and service.distributionPorts, or their cookies differ",
		fix:     "run refresh and up: the stack owns the rules; all tasks need the same RELEASE_COOKIE in secrets",
	},
	{
		pattern: `ECS strategy is selected, but \w+ is not configured`,
		cause:   "the nodes do not know where to find each other",
		fix:     "run up: it sets AWS_ECS_CLUSTER_NAME, AWS_ECS_CLUSTER_REGION and AWS_ECS_SERVICE_ARN",
	},
	{
		pattern: `no service matching`,
		cause:   "the nodes look for a service that is not theirs", fix: "run up: it sets AWS_ECS_SERVICE_ARN",
	},
	{
		pattern: `AccessDenied.*ecs:(List|Describe)|key: :access_key_id is nil`,
		cause:   "the task role does not let the nodes find each other", fix: ownPolicies,
	},
	{
		pattern: `Tasks cannot be empty`,
		cause:   "the nodes find no running task of their service",
		fix:     "raise service.desiredCount; while tasks start, it passes by itself",
	},
	{
		pattern: `while determining nodes in cluster via ECS strategy`,
		cause:   "the nodes do not reach the ECS API, so that they do not find each other", fix: outboundAccess,
	},
	{
		pattern: `inet6_tcp.*eaddrnotavail`,
		cause:   "the image configures Erlang for IPv6, which the tasks do not have",
		fix:     "remove -proto_dist inet6_tcp from the image's rel/env.sh.eex",
	},
	{
		pattern: `File\.\w*Error\).*permission denied|:eacces`,
		cause:   "the application may not write its files",
		fix:     "set uploads.mode efs, with uploads.mountPath where the app writes: user 65534 owns that directory",
	},
	// How a container ended.
	{
		pattern: `dependency did not exit successfully`,
		cause:   "the database migration failed; the old tasks keep serving", fix: migrations, vague: true,
	},
	{
		pattern: `OutOfMemory|exit code:? 137`,
		cause:   "the container was killed: usually it used too much memory, or it did not stop in time",
		fix:     "raise service.memory, or service.stopTimeout if the container was stopping",
	},
	// The load balancer.
	{
		pattern: `Health checks failed with these codes: \[30[18]\]`,
		cause:   "the app redirects the health check to https (force_ssl)",
		fix:     "exclude the path in the app's force_ssl (exclude), because the load balancer checks it over http",
	},
	{
		pattern: `Health checks failed with these codes: \[3\d\d\]`,
		cause:   "the health check is answered with a redirect",
		fix:     "set service.healthCheckPath to a path that answers 200 without a session; /signin does in Live Beats",
	},
	{
		pattern: `Health checks failed with these codes: \[404\]`,
		cause:   "the health check's path does not exist",
		fix:     "set service.healthCheckPath to a path that the image has; /signin exists in Live Beats",
	},
	{
		pattern: `Health checks failed with these codes: \[(500|502|503)\]`,
		cause:   "the application answers the health check with an error", fix: seeLog,
	},
	{
		pattern: `Health checks failed with these codes`,
		cause:   "the health check's path does not answer 200",
		fix:     "set service.healthCheckPath to a path that answers 200 without a session; /signin does in Live Beats",
	},
	{
		pattern: `Request timed out|\b504\b.*gateway`,
		cause:   "the load balancer gets no answer from the tasks: a rule is missing, or the application has not started yet",
		fix:     "run refresh and up, which opens service.port; the app must listen on that port on 0.0.0.0 within a minute",
	},
	{
		pattern: `Availability Zone that is not enabled`,
		cause:   "tasks run in a zone that the load balancer is not in",
		fix:     "give network.publicSubnetIds a subnet in each zone of network.privateSubnetIds",
	},
	{
		pattern: `not configured to receive traffic|Target\.NotInUse`,
		cause:   "no listener forwards to the tasks", fix: "run refresh and up",
	},
	{
		pattern: `Health checks failed`,
		cause:   "nothing answers on the tasks' port: the application listens on another port, or has not started",
		fix:     "set service.port to the port that it listens on; the app reads it from PORT",
	},
	{
		pattern: `deployment failed: alarm|alarm detected`,
		cause:   "an alarm went off during the deployment, and ECS rolled it back",
		fix:     "see which one on the dashboard; without observability.alarms, alarms do not roll back",
	},
	{
		pattern: `failed container health checks`, vague: true,
		cause: "the health check inside the container fails: the image has neither curl nor wget",
		fix:   "remove the container's healthCheck: the load balancer checks the tasks",
	},
	{
		pattern: `failed ELB health checks`, vague: true,
		cause: "the load balancer found the tasks unhealthy",
		fix:   "see the target's reason; check service.healthCheckPath and service.port",
	},
	{
		pattern: `init terminating in do_boot|Essential container in task exited`, vague: true,
		cause: "the application stopped", fix: seeLog,
	},
	{
		pattern: `tasks failed to start`, vague: true,
		cause: "too many new tasks stopped, and ECS gave up the deployment", fix: "see the reasons of the stopped tasks",
	},
}
