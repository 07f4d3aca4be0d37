package config

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// with returns the smallest valid configuration, with the given values added.
func with(values map[string]string) map[string]string {
	all := map[string]string{"aws:region": "eu-west-2", "live-beats:image": "live-beats:1.0"}
	maps.Copy(all, values)
	return all
}

func problems(t *testing.T, err error) []string {
	t.Helper()
	var found *Problems
	require.ErrorAs(t, err, &found)
	var lines []string
	for _, problem := range found.List {
		lines = append(lines, problem.String())
	}
	return lines
}

// defaults returns the objects' values without any configuration.
func defaults() Config {
	return Config{
		TLS:         TLS{Policy: "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"},
		Network:     Network{Mode: NetworkDefault, NATGateways: "none", Zones: 2},
		Autoscaling: Autoscaling{Min: 1},
		Database: Database{
			Mode: DatabaseNone, Port: 5432, Variant: "url", InstanceClass: "db.t4g.micro", Storage: 20, BackupDays: 7, Version: 17,
			FinalSnapshot: true,
		},
		Uploads:      Uploads{Mode: "none", MountPath: "/tmp/songs", Backup: true, URLScheme: "https"},
		Repository:   Repository{KeepImages: 50},
		GithubSignIn: true,
	}
}

func TestParseDefaults(t *testing.T) {
	t.Parallel()
	config, err := Parse("qa", with(nil))
	require.NoError(t, err)
	require.Equal(t, &Config{
		Stack:  "qa",
		Region: "eu-west-2",
		Image:  "live-beats:1.0",
		Secrets: map[string]string{
			"SECRET_KEY_BASE":                 "/qa/fly-live-beats/secret-key-base",
			"DATABASE_URL":                    "/qa/fly-live-beats/database-url",
			"LIVE_BEATS_GITHUB_CLIENT_ID":     "/qa/fly-live-beats/live-beats-github-client-id",
			"LIVE_BEATS_GITHUB_CLIENT_SECRET": "/qa/fly-live-beats/live-beats-github-client-secret",
			"RELEASE_COOKIE":                  "/qa/fly-live-beats/release-cookie",
		},
		SecretsMode: SecretsCreate,
		TLS:         defaults().TLS,
		Network:     defaults().Network,
		Service: Service{
			CPU: 256, Memory: 512, DesiredCount: 2, Port: 4000, HealthCheckPath: "/signin", Architecture: "x86_64",
			HealthCheckInterval: 10, HealthCheckTimeout: 2, HealthyThreshold: 2, UnhealthyThreshold: 2,
			HealthCheckGracePeriod: 60,
			PoolSize:               5, DistributionPorts: PortRange{9100, 9115}, StopTimeout: 60, Migrate: true, Exec: true,
			EphemeralStorage: 20,
		},
		Autoscaling:   defaults().Autoscaling,
		Database:      defaults().Database,
		Uploads:       defaults().Uploads,
		Observability: Observability{LogRetentionDays: 30, AccessLogDays: 90},
		Repository:    defaults().Repository,
		GithubSignIn:  true,
	}, config)
}

func TestParseEverything(t *testing.T) {
	t.Parallel()
	arn := "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"
	parameter := "arn:aws:ssm:eu-west-1:123456789012:parameter/shared/database-url"
	config, err := Parse("production", map[string]string{
		"aws:region":             "us-east-1",
		"aws:profile":            "left alone",
		"live-beats:host":        "beats.example.com",
		"live-beats:tls":         `{"certificateArn": "` + arn + `"}`,
		"live-beats:webAclArn":   webACL("us-east-1", "regional"),
		"live-beats:image":       "ghcr.io/acme/live-beats:1.0",
		"live-beats:secrets":     `{"DATABASE_URL": "` + parameter + `", "TOKEN": "token"}`,
		"live-beats:secretsMode": "existing",
		"live-beats:environment": `{"ECTO_IPV6": "", "LOG": "<all>"}`,
		"live-beats:network": `{"mode": "existing", "vpcId": "vpc-0123abcd",
			"publicSubnetIds": ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
			"privateSubnetIds": ["subnet-0123456789abcdef2"]}`,
		"live-beats:service": `{"cpu": 1024, "desiredCount": 0, "port": 8080, "healthCheckPath": "/", "architecture": "arm64",
			"healthCheckInterval": 30, "healthCheckTimeout": 5, "healthyThreshold": 3, "unhealthyThreshold": 4,
			"healthCheckGracePeriod": 0,
			"poolSize": 2, "distributionPorts": "9000-9001", "stopTimeout": 120, "migrate": false, "exec": false, "spotWeight": 3, "ephemeralStorage": 50}`,
		"live-beats:autoscaling": `{"min": 2, "max": 9, "cpuPercent": 60, "schedules": [
			{"name": "night", "schedule": "cron(0 20 ? * MON-FRI *)", "timezone": "Europe/London"}]}`,
		"live-beats:database": `{"mode": "existing", "securityGroupId": "sg-0123456789abcdef0", "variant": "parts"}`,
		"live-beats:uploads": `{"mode": "efs", "mountPath": "/app/uploads", "backup": false, "appPatched": true,
			"urlScheme": "http"}`,
		"live-beats:observability": `{"logRetentionDays": 0, "alarms": true, "alarmEmail": "a@example.com",
			"accessLogs": true, "accessLogDays": 30, "budgetMonthly": 50}`,
		"live-beats:repository":   `{"name": "team/live-beats", "keepImages": 10}`,
		"live-beats:owner":        "platform",
		"live-beats:tags":         `{"Cost center": "R+D", "team:lead": ""}`,
		"live-beats:githubSignIn": "false",
		"live-beats:policy":       `{"host": "advisory", "ECS.5": "mandatory"}`,
		"live-beats:protect":      "true",
	})
	require.NoError(t, err)
	require.Equal(t, &Config{
		Stack:       "production",
		Region:      "us-east-1",
		Host:        "beats.example.com",
		TLS:         TLS{CertificateARN: arn, Policy: defaults().TLS.Policy},
		WebACLARN:   webACL("us-east-1", "regional"),
		Image:       "ghcr.io/acme/live-beats:1.0",
		Secrets:     map[string]string{"DATABASE_URL": parameter, "TOKEN": "token"},
		SecretsMode: SecretsExisting,
		Environment: map[string]string{"ECTO_IPV6": "", "LOG": "<all>"},
		Network: Network{
			Mode: NetworkExisting, VPCID: "vpc-0123abcd",
			PublicSubnetIDs:  []string{"subnet-0123456789abcdef0", "subnet-0123456789abcdef1"},
			PrivateSubnetIDs: []string{"subnet-0123456789abcdef2"}, NATGateways: "none", Zones: 2,
		},
		Service: Service{
			CPU: 1024, Memory: 2048, Port: 8080, HealthCheckPath: "/", Architecture: "arm64",
			HealthCheckInterval: 30, HealthCheckTimeout: 5, HealthyThreshold: 3, UnhealthyThreshold: 4,
			HealthCheckGracePeriod: 0,
			PoolSize:               2, DistributionPorts: PortRange{9000, 9001}, StopTimeout: 120,
			SpotWeight: 3, EphemeralStorage: 50,
		},
		Autoscaling: Autoscaling{Min: 2, Max: 9, CPUPercent: 60, Schedules: []Schedule{
			{Name: "night", Schedule: "cron(0 20 ? * MON-FRI *)", Timezone: "Europe/London"},
		}},
		Database: Database{
			Mode: DatabaseExisting, SecurityGroupID: "sg-0123456789abcdef0", Port: 5432,
			Variant: DatabaseParts, InstanceClass: "db.t4g.micro", Storage: 20, BackupDays: 7, Version: 17, FinalSnapshot: true,
		},
		Uploads: Uploads{Mode: UploadsEFS, MountPath: "/app/uploads", AppPatched: true, URLScheme: "http"},
		Observability: Observability{
			Alarms: true, AlarmEmail: "a@example.com", AccessLogs: true, AccessLogDays: 30, BudgetMonthly: 50,
		},
		Repository: Repository{Name: "team/live-beats", KeepImages: 10},
		Owner:      "platform",
		Tags:       map[string]string{"Cost center": "R+D", "team:lead": ""},
		Policy:     map[string]string{"host": "advisory", "ECS.5": "mandatory"},
		Protect:    true,
	}, config)
}

func TestParseEverythingOfANewDatabase(t *testing.T) {
	t.Parallel()
	config, err := Parse("staging", with(map[string]string{
		"live-beats:database": `{"mode": "create", "variant": "parts", "forceTls": false, "instanceClass": "db.m6g.large",
			"multiAz": true, "storage": 100, "maxStorage": 0, "backupDays": 0, "version": 16, "finalSnapshot": false}`,
	}))
	require.NoError(t, err)
	require.Equal(t, Database{
		Port: 5432, Mode: DatabaseCreate, Variant: DatabaseParts, ForceTLS: new(false), InstanceClass: "db.m6g.large", MultiAZ: true,
		Storage: 100, MaxStorage: new(0), Version: 16,
	}, config.Database)
}

func TestParseReportsEveryProblemAtOnce(t *testing.T) {
	t.Parallel()
	_, err := Parse("staging", map[string]string{
		"live-beats:hots":    "beats.example.com",
		"live-beats:service": `{"cpu": "512", "port": 0, "exec": 1}`,
	})
	require.EqualError(t, err, `config of stack "staging" is not valid:
  aws:region is missing or empty: must be an AWS region such as eu-west-2
  live-beats:image is missing or empty: must be [registry/]repository[:tag][@sha256:digest], repository in lower case
  live-beats:service.cpu is "512": must be an integer, not a string
  live-beats:service.port is 0: must be 1 to 65535
  live-beats:service.exec is 1: must be true or false
  live-beats:hots is not a known key: did you mean live-beats:host?`)
}

func TestParseNeverAcceptsAnUnknownKey(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, key := range Docs() {
		known[key.Name] = true
	}
	rapid.Check(t, func(t *rapid.T) {
		key := Namespace + ":" + rapid.String().Draw(t, "name")
		_, err := Parse("staging", with(map[string]string{key: rapid.String().Draw(t, "value")}))
		if !known[key] && err == nil {
			t.Fatalf("%q was accepted", key)
		}
	})
}

func TestParseNeverPanics(t *testing.T) {
	t.Parallel()
	json := rapid.StringMatching(`[{}\[\],:"0-9a-z.\-]*|\{"(mode|cpu|port|publicSubnetIds|A)": [{\["0-9a-z]+[\]}"]?\}`)
	rapid.Check(t, func(t *rapid.T) {
		values := map[string]string{}
		for _, key := range Docs() {
			values[key.Name] = json.Draw(t, key.Name)
		}
		_, _ = Parse(rapid.String().Draw(t, "stack"), values)
	})
}
