package types

import (
	"slices"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
)

const (
	accountID = "123456789012"
	// logAccount is the AWS account that writes the load balancers' logs in the region.
	logAccount = "652711504416"
	logBucket  = "live-beats-logs"
	// image must be declared in the sandbox: the program creates the repository, but nothing pushes to it.
	image = accountID + ".dkr.ecr." + region + ".amazonaws.com/live-beats:v1"

	dbPassword   = secret("correct-horse-battery-staple")
	clientID     = secret("id")
	clientSecret = secret("hush")
)

func databaseURL(endpoint string) secret {
	return "ecto://beats:" + dbPassword + "@" + secret(endpoint) + "/live_beats"
}

// production returns the steps of Live Beats as a company would run it, with every type that such a stack needs.
func production() []step {
	return slices.Concat(networkSteps(), firewallSteps(), storageSteps(), databaseSteps(), identitySteps(),
		loadBalancerSteps(), serviceSteps(), observabilitySteps())
}

func networkSteps() []step {
	steps := []step{
		{token: "awsx:ec2:Vpc", name: "network", in: props{
			"cidrBlock": "10.20.0.0/16", "numberOfAvailabilityZones": 2, "subnetStrategy": "Auto",
			"enableDnsHostnames": true, "natGateways": props{"strategy": "Single"}, "tags": props{"Stage": "production"},
			"subnetSpecs": []any{
				props{"type": "Public", "cidrMask": 24},
				props{"type": "Private", "cidrMask": 20},
				props{"type": "Isolated", "cidrMask": 24},
			},
		}},
		{token: sandboxtest.SecurityGroup, name: "endpoints", in: props{
			"vpcId": "$network.vpcId", "description": "Interface endpoints",
		}},
		{token: "aws:ec2/vpcEndpoint:VpcEndpoint", name: "s3-endpoint", in: props{
			"vpcId": "$network.vpcId", "serviceName": "com.amazonaws." + region + ".s3",
			"routeTableIds": "$network.routeTables",
		}},
	}
	for _, service := range []string{"ecr.api", "ecr.dkr", "logs", "ssm"} {
		steps = append(steps, step{token: "aws:ec2/vpcEndpoint:VpcEndpoint", name: service, in: props{
			"vpcId": "$network.vpcId", "serviceName": "com.amazonaws." + region + "." + service,
			"vpcEndpointType": "Interface", "privateDnsEnabled": true, "subnetIds": "$network.privateSubnetIds",
			"securityGroupIds": []any{"$endpoints"},
		}})
	}
	return steps
}

// flow is TCP traffic between two security groups, or between a security group and a CIDR block.
type flow struct {
	name, from, to string
	port           int
}

func firewallSteps() []step {
	var steps []step
	for _, name := range []string{"front", "app", "database", "songs"} {
		steps = append(steps, step{token: sandboxtest.SecurityGroup, name: name + "-group", in: props{
			"vpcId": "$network.vpcId", "description": "Live Beats " + name, "tags": props{"Name": name},
		}})
	}
	for _, f := range []flow{
		{"http", "0.0.0.0/0", "front-group", 80},
		{"https", "0.0.0.0/0", "front-group", 443},
		{"https-6", "::/0", "front-group", 443},
		{"front-app", "front-group", "app-group", 4000},
		{"app-database", "app-group", "database-group", 5432},
		{"app-songs", "app-group", "songs-group", 2049},
		{"app-endpoints", "app-group", "endpoints", 443},
		{"app-internet", "app-group", "0.0.0.0/0", 443},
	} {
		if !strings.Contains(f.to, "/") {
			steps = append(steps, step{token: sandboxtest.IngressRule, name: f.name + "-in", in: f.rule(f.to, f.from)})
		}
		if !strings.Contains(f.from, "/") {
			steps = append(steps, step{token: sandboxtest.EgressRule, name: f.name + "-out", in: f.rule(f.from, f.to)})
		}
	}
	return steps
}

func (f flow) rule(of, peer string) props {
	in := props{
		"securityGroupId": "$" + of, "ipProtocol": "tcp", "fromPort": f.port, "toPort": f.port, "description": f.name,
	}
	switch {
	case strings.Contains(peer, "::"):
		in["cidrIpv6"] = peer
	case strings.Contains(peer, "/"):
		in["cidrIpv4"] = peer
	default:
		in["referencedSecurityGroupId"] = "$" + peer
	}
	return in
}

func storageSteps() []step {
	bucket := func(kind, name string, in props) step {
		in["bucket"] = "$log-bucket"
		return step{token: "aws:s3/" + kind, name: name, in: in}
	}
	mount := func(zone string) step {
		return step{token: "aws:efs/mountTarget:MountTarget", name: "songs-" + zone, in: props{
			"fileSystemId": "$songs", "subnetId": "$network.privateSubnetIds." + zone, "securityGroups": []any{"$songs-group"},
		}}
	}
	return []step{
		{token: "aws:kms/key:Key", name: "key", in: props{
			"description": "Live Beats", "enableKeyRotation": true, "deletionWindowInDays": 7, "policy": keyPolicy,
		}},
		{token: "aws:kms/alias:Alias", name: "key-alias", in: props{"name": "alias/live-beats", "targetKeyId": "$key"}},
		{token: "aws:ecr/repository:Repository", name: "images", in: props{
			"name": "live-beats", "forceDelete": true, "imageTagMutability": "IMMUTABLE", "imageScanningConfiguration": props{"scanOnPush": true},
			"encryptionConfigurations": []any{props{"encryptionType": "KMS", "kmsKey": "$key.arn"}},
		}},
		{token: "aws:ecr/lifecyclePolicy:LifecyclePolicy", name: "images-expiry", in: props{
			"repository": "$images.name", "policy": expiry,
		}},
		{token: "aws:s3/bucketV2:BucketV2", name: "log-bucket", in: props{"bucket": logBucket, "forceDestroy": true}},
		bucket("bucketPublicAccessBlock:BucketPublicAccessBlock", "log-block", props{
			"blockPublicAcls": true, "blockPublicPolicy": true, "ignorePublicAcls": true, "restrictPublicBuckets": true,
		}),
		bucket("bucketOwnershipControls:BucketOwnershipControls", "log-owner", props{
			"rule": props{"objectOwnership": "BucketOwnerEnforced"},
		}),
		bucket("bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2", "log-encryption", props{
			"rules": []any{props{"applyServerSideEncryptionByDefault": props{"sseAlgorithm": "AES256"}}},
		}),
		bucket("bucketVersioningV2:BucketVersioningV2", "log-versions", props{
			"versioningConfiguration": props{"status": "Enabled"},
		}),
		bucket("bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2", "log-expiry", props{"rules": []any{props{
			"id": "old", "status": "Enabled", "filter": props{"prefix": "alb/"}, "expiration": props{"days": 90},
			"noncurrentVersionExpiration": props{"noncurrentDays": 7},
		}}}),
		bucket("bucketPolicy:BucketPolicy", "log-policy", props{"policy": resourcePolicy(
			`"arn:aws:iam::`+logAccount+`:root"`, "s3:PutObject", "${log-bucket.arn}/alb/AWSLogs/"+accountID+"/*")}),
		{token: "aws:efs/fileSystem:FileSystem", name: "songs", in: props{
			"encrypted": true, "kmsKeyId": "$key.arn", "throughputMode": "elastic", "tags": props{"Name": "songs"},
			"lifecyclePolicies": []any{
				props{"transitionToIa": "AFTER_30_DAYS"}, props{"transitionToPrimaryStorageClass": "AFTER_1_ACCESS"},
			},
		}},
		mount("0"), mount("1"),
		{token: "aws:efs/accessPoint:AccessPoint", name: "songs-access", in: props{
			"fileSystemId": "$songs", "posixUser": props{"uid": 1000, "gid": 1000}, "rootDirectory": props{
				"path": "/songs", "creationInfo": props{"ownerUid": 1000, "ownerGid": 1000, "permissions": "0750"},
			},
		}},
		{token: "aws:efs/backupPolicy:BackupPolicy", name: "songs-backup", in: props{
			"fileSystemId": "$songs", "backupPolicy": props{"status": "ENABLED"},
		}},
	}
}

func databaseSteps() []step {
	parameter := func(name string, value any) step {
		return step{token: sandboxtest.Parameter, name: name, in: props{
			"name": "/production/" + name, "type": "SecureString", "value": value,
		}}
	}
	return []step{
		{token: "aws:rds/subnetGroup:SubnetGroup", name: "database-subnets", in: props{
			"subnetIds": "$network.isolatedSubnetIds",
		}},
		{token: "aws:rds/parameterGroup:ParameterGroup", name: "database-parameters", in: props{
			"family": "postgres16", "parameters": []any{
				props{"name": "rds.force_ssl", "value": "1", "applyMethod": "pending-reboot"},
				props{"name": "log_statement", "value": "ddl"},
			},
		}},
		{token: "aws:rds/instance:Instance", name: "database", in: props{
			"engine": "postgres", "engineVersion": "16.9", "instanceClass": "db.t4g.small", "allocatedStorage": 50,
			"maxAllocatedStorage": 200, "storageType": "gp3", "storageEncrypted": true, "kmsKeyId": "$key.arn",
			"dbName": "live_beats", "username": "beats", "password": dbPassword, "multiAz": true,
			"backupRetentionPeriod": 7, "dbSubnetGroupName": "$database-subnets.name", "skipFinalSnapshot": true,
			"parameterGroupName": "$database-parameters.name", "vpcSecurityGroupIds": []any{"$database-group"},
			"performanceInsightsEnabled": true, "copyTagsToSnapshot": true, "applyImmediately": true,
			"enabledCloudwatchLogsExports": []any{"postgresql"},
		}},
		{token: sandboxtest.RandomPassword, name: "key-base", in: props{"length": 64, "special": false}},
		parameter("SECRET_KEY_BASE", "$key-base.result"),
		parameter("DATABASE_URL", databaseURL("${database.endpoint}")),
		parameter("LIVE_BEATS_GITHUB_CLIENT_ID", clientID),
		parameter("LIVE_BEATS_GITHUB_CLIENT_SECRET", clientSecret),
		{token: sandboxtest.Parameter, name: "pool-size", in: props{
			"name": "/production/pool-size", "type": "String", "insecureValue": "10", "description": "Connections per task",
		}},
	}
}

// resourcePolicy returns the policy document of a resource, with one statement about a principal.
func resourcePolicy(principal, actions, resource string) string {
	return `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": ` + principal +
		`}, "Action": ["` + actions + `"], "Resource": "` + resource + `"}]}`
}

// expiry is a lifecycle policy that keeps 20 images.
const expiry = `{"rules": [{"rulePriority": 1, "action": {"type": "expire"},
 "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 20}}]}`

// keyPolicy lets the account and CloudWatch Logs use the key.
const keyPolicy = `{"Version": "2012-10-17", "Statement": [
 {"Effect": "Allow", "Action": "kms:*", "Resource": "*", "Principal": {"AWS": "arn:aws:iam::` + accountID + `:root"}},
 {"Effect": "Allow", "Action": ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
  "Resource": "*", "Principal": {"Service": "logs.` + region + `.amazonaws.com"}}]}`
