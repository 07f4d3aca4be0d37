package types

import (
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
)

func identitySteps() []step {
	role := func(name, service string) step {
		return step{token: sandboxtest.Role, name: name, in: props{
			"assumeRolePolicy": strings.ReplaceAll(sandboxtest.Trust, "ecs-tasks", service), "tags": props{"For": service},
		}}
	}
	can := func(name, role, actions, resource string) step {
		return step{token: sandboxtest.RolePolicy, name: name, in: props{
			"role": "$" + role + ".name", "policy": identityPolicy(actions, resource),
		}}
	}
	attach := func(name, role, policy string) step {
		return step{token: "aws:iam/rolePolicyAttachment:RolePolicyAttachment", name: name, in: props{
			"role": "$" + role + ".name", "policyArn": policy,
		}}
	}
	return []step{
		role("execution-role", "ecs-tasks"), role("task-role", "ecs-tasks"), role("flow-role", "vpc-flow-logs"),
		attach("execution-basics", "execution-role",
			"arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"),
		can("execution-secrets", "execution-role", `ssm:GetParameters`,
			"arn:aws:ssm:"+region+":"+accountID+":parameter/production/*"),
		can("task-exec", "task-role", `ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel", `+
			`"ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel`, "*"),
		{token: "aws:iam/policy:Policy", name: "songs-use", in: props{
			"description": "Mount the songs", "policy": identityPolicy(
				`elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite`, "${songs.arn}"),
		}},
		attach("task-songs", "task-role", "$songs-use.arn"),
		{token: "aws:efs/fileSystemPolicy:FileSystemPolicy", name: "songs-policy", in: props{
			"fileSystemId": "$songs", "policy": resourcePolicy(`"${task-role.arn}"`,
				`elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite`, "${songs.arn}"),
		}},
		can("flow-write", "flow-role", `logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogGroups`, "*"),
		{token: "aws:iam/openIdConnectProvider:OpenIdConnectProvider", name: "actions", in: props{
			"url": "https://token.actions.githubusercontent.com", "clientIdLists": []any{"sts.amazonaws.com"},
		}},
	}
}

// identityPolicy returns the policy document of a role, with one statement.
func identityPolicy(actions, resource string) string {
	return `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["` + actions + `"], "Resource": "` +
		resource + `"}]}`
}

// loadBalancerSteps returns what a request passes on its way to the containers: DNS records, certificates and the load
// balancer.
func loadBalancerSteps() []step {
	alias := func(name, kind string) step {
		return step{token: "aws:route53/record:Record", name: name, in: props{
			"zoneId": "$zone", "name": "beats.example.com", "type": kind, "aliases": []any{props{
				"name": "$balancer.dnsName", "zoneId": "$balancer.zoneId", "evaluateTargetHealth": true,
			}},
		}}
	}
	validation := func(name, certificate string) step {
		option := "$" + certificate + ".domainValidationOptions.0."
		return step{token: "aws:route53/record:Record", name: name, in: props{
			"zoneId": "$zone", "name": option + "resourceRecordName", "type": option + "resourceRecordType", "ttl": 60,
			"records": []any{option + "resourceRecordValue"},
		}}
	}
	certificate := func(name, domain string) step {
		return step{token: "aws:acm/certificate:Certificate", name: name, in: props{
			"domainName": domain, "validationMethod": "DNS",
		}}
	}
	issued := func(name, certificate, validation string) step {
		return step{token: "aws:acm/certificateValidation:CertificateValidation", name: name, in: props{
			"certificateArn": "$" + certificate + ".arn", "validationRecordFqdns": []any{"$" + validation + ".fqdn"},
		}}
	}
	return []step{
		{token: "aws:route53/zone:Zone", name: "zone", in: props{"name": "example.com"}},
		certificate("certificate", "beats.example.com"), validation("proof", "certificate"),
		issued("issued", "certificate", "proof"),
		certificate("old-certificate", "old.example.com"), validation("old-proof", "old-certificate"),
		issued("old-issued", "old-certificate", "old-proof"),
		{token: sandboxtest.LoadBalancer, name: "balancer", in: props{
			"name": "live-beats", "subnets": "$network.publicSubnetIds", "securityGroups": []any{"$front-group"},
			"dropInvalidHeaderFields": true, "accessLogs": props{"bucket": logBucket, "prefix": "alb", "enabled": true},
		}, after: []string{"log-policy", "log-block", "log-encryption"}},
		{token: sandboxtest.TargetGroup, name: "targets", in: props{
			"port": 4000, "protocol": "HTTP", "targetType": "ip", "vpcId": "$network.vpcId", "deregistrationDelay": 30,
			"healthCheck": props{"path": "/signin", "matcher": "200"},
			"stickiness":  props{"type": "lb_cookie", "cookieDuration": 3600},
		}},
		{token: sandboxtest.Listener, name: "http", in: props{
			"loadBalancerArn": "$balancer.arn", "port": 80, "defaultActions": []any{props{
				"type": "redirect", "redirect": props{"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"},
			}},
		}},
		{token: sandboxtest.Listener, name: "https", in: props{
			"loadBalancerArn": "$balancer.arn", "port": 443, "protocol": "HTTPS", "certificateArn": "$certificate.arn",
			"sslPolicy":      "ELBSecurityPolicy-TLS13-1-2-2021-06",
			"defaultActions": []any{props{"type": "forward", "targetGroupArn": "$targets.arn"}},
		}, after: []string{"issued"}},
		{token: "aws:lb/listenerCertificate:ListenerCertificate", name: "https-old", in: props{
			"listenerArn": "$https.arn", "certificateArn": "$old-certificate.arn",
		}, after: []string{"old-issued"}},
		{token: "aws:lb/listenerRule:ListenerRule", name: "old-name", in: props{
			"listenerArn": "$https.arn", "priority": 10,
			"conditions": []any{
				props{"hostHeader": props{"values": []any{"old.example.com"}}}, props{"pathPattern": props{"values": []any{"/*"}}},
			},
			"actions": []any{props{"type": "redirect", "redirect": props{"host": "beats.example.com", "statusCode": "HTTP_302"}}},
		}},
		{token: "aws:wafv2/webAclAssociation:WebAclAssociation", name: "web-acl", in: props{
			"resourceArn": "$balancer.arn", "webAclArn": "arn:aws:wafv2:" + region + ":" + accountID +
				":regional/webacl/live-beats/11111111-2222-3333-4444-555555555555",
		}},
		alias("name", "A"), alias("name-6", "AAAA"),
	}
}

// containers are the container definitions of the app. Its secrets come from parameters, its songs from the file
// system.
const containers = `[{"name": "app", "image": "${images.repositoryUrl}:v1", "essential": true,
 "portMappings": [{"containerPort": 4000, "hostPort": 4000, "protocol": "tcp"}],
 "environment": [{"name": "PHX_HOST", "value": "beats.example.com"}, {"name": "PORT", "value": "4000"}],
 "secrets": [{"name": "DATABASE_URL", "valueFrom": "${DATABASE_URL.arn}"},
  {"name": "LIVE_BEATS_GITHUB_CLIENT_ID", "valueFrom": "${LIVE_BEATS_GITHUB_CLIENT_ID.arn}"},
  {"name": "LIVE_BEATS_GITHUB_CLIENT_SECRET", "valueFrom": "${LIVE_BEATS_GITHUB_CLIENT_SECRET.arn}"},
  {"name": "SECRET_KEY_BASE", "valueFrom": "${SECRET_KEY_BASE.arn}"}],
 "mountPoints": [{"sourceVolume": "songs", "containerPath": "/songs", "readOnly": false}],
 "logConfiguration": {"logDriver": "awslogs", "options":
  {"awslogs-group": "${app-logs.name}", "awslogs-region": "` + region + `", "awslogs-stream-prefix": "app"}}}]`

func serviceSteps() []step {
	scaling := func(kind, name string, in props) step {
		in["serviceNamespace"], in["scalableDimension"] = "ecs", "ecs:service:DesiredCount"
		in["resourceId"] = "service/${cluster.name}/${service.name}"
		return step{token: "aws:appautoscaling/" + kind, name: name, in: in, after: []string{"scale"}}
	}
	scale := scaling("target:Target", "scale", props{"minCapacity": 2, "maxCapacity": 6})
	scale.after = nil
	return []step{
		{token: sandboxtest.LogGroup, name: "app-logs", in: props{"retentionInDays": 90, "kmsKeyId": "$key.arn"}},
		{token: sandboxtest.Cluster, name: "cluster", in: props{
			"settings": []any{props{"name": "containerInsights", "value": "enabled"}},
		}},
		{token: sandboxtest.Capacity, name: "capacity", in: props{
			"clusterName": "$cluster.name", "capacityProviders": []any{"FARGATE", "FARGATE_SPOT"},
			"defaultCapacityProviderStrategies": []any{props{"capacityProvider": "FARGATE", "weight": 1, "base": 1}},
		}},
		{token: sandboxtest.TaskDefinition, name: "task", in: props{
			"family": "live-beats", "cpu": "512", "memory": "1024", "networkMode": "awsvpc",
			"requiresCompatibilities": []any{"FARGATE"}, "containerDefinitions": containers,
			"executionRoleArn": "$execution-role.arn", "taskRoleArn": "$task-role.arn",
			"runtimePlatform": props{"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"},
			"volumes": []any{props{"name": "songs", "efsVolumeConfiguration": props{
				"fileSystemId": "$songs", "transitEncryption": "ENABLED",
				"authorizationConfig": props{"accessPointId": "$songs-access", "iam": "ENABLED"},
			}}},
		}},
		{token: sandboxtest.Service, name: "service", in: props{
			"cluster": "$cluster.arn", "taskDefinition": "$task.arn", "desiredCount": 2, "waitForSteadyState": true,
			"enableExecuteCommand": true, "healthCheckGracePeriodSeconds": 60, "propagateTags": "SERVICE",
			"capacityProviderStrategies": []any{
				props{"capacityProvider": "FARGATE", "weight": 1, "base": 1},
				props{"capacityProvider": "FARGATE_SPOT", "weight": 1},
			},
			"deploymentCircuitBreaker": props{"enable": true, "rollback": true},
			"networkConfiguration": props{
				"subnets": "$network.privateSubnetIds", "securityGroups": []any{"$app-group"},
			},
			"loadBalancers": []any{props{"targetGroupArn": "$targets.arn", "containerName": "app", "containerPort": 4000}},
		}, after: []string{
			"https", "http", "capacity", "execution-basics", "execution-secrets", "task-exec", "task-songs", "songs-0", "songs-1",
			"songs-policy", "front-app-in", "front-app-out", "app-songs-in", "app-songs-out", "app-database-in",
			"app-database-out", "app-endpoints-in", "app-endpoints-out", "app-internet-out",
			"ecr.api", "ecr.dkr", "logs", "ssm", "s3-endpoint", "images-expiry",
		}},
		scale,
		scaling("policy:Policy", "scale-cpu", props{
			"policyType": "TargetTrackingScaling", "targetTrackingScalingPolicyConfiguration": props{
				"targetValue": 60, "scaleInCooldown": 300,
				"predefinedMetricSpecification": props{"predefinedMetricType": "ECSServiceAverageCPUUtilization"},
			},
		}),
		scaling("policy:Policy", "scale-requests", props{
			"policyType": "TargetTrackingScaling", "targetTrackingScalingPolicyConfiguration": props{
				"targetValue": 1000, "predefinedMetricSpecification": props{
					"predefinedMetricType": "ALBRequestCountPerTarget",
					"resourceLabel":        "${balancer.arnSuffix}/${targets.arnSuffix}",
				},
			},
		}),
		scaling("scheduledAction:ScheduledAction", "scale-evening", props{
			"schedule": "cron(0 17 * * ? *)", "timezone": "Europe/London", "scalableTargetAction": props{"minCapacity": 3},
		}),
	}
}

func observabilitySteps() []step {
	return []step{
		{token: "aws:sns/topic:Topic", name: "alerts", in: props{"displayName": "Live Beats", "kmsMasterKeyId": "alias/aws/sns"}},
		{token: "aws:sns/topicPolicy:TopicPolicy", name: "alerts-policy", in: props{
			"arn": "$alerts.arn", "policy": strings.ReplaceAll(
				resourcePolicy(`"cloudwatch.amazonaws.com"`, "sns:Publish", "${alerts.arn}"), `"AWS"`, `"Service"`),
		}},
		{token: "aws:sns/topicSubscription:TopicSubscription", name: "alerts-mail", in: props{
			"topic": "$alerts.arn", "protocol": "email", "endpoint": "ops@example.com",
		}},
		{token: "aws:cloudwatch/metricAlarm:MetricAlarm", name: "busy", in: props{
			"comparisonOperator": "GreaterThanThreshold", "evaluationPeriods": 3, "threshold": 80, "metricName": "CPUUtilization",
			"namespace": "AWS/ECS", "period": 60, "statistic": "Average", "alarmActions": []any{"$alerts.arn"},
			"okActions":  []any{"$alerts.arn"},
			"dimensions": props{"ClusterName": "$cluster.name", "ServiceName": "$service.name"},
		}},
		{token: "aws:cloudwatch/metricAlarm:MetricAlarm", name: "failing", in: props{
			"comparisonOperator": "GreaterThanThreshold", "evaluationPeriods": 1, "threshold": 0.01,
			"treatMissingData": "notBreaching", "alarmActions": []any{"$alerts.arn"}, "metricQueries": []any{
				props{"id": "rate", "expression": "errors / requests", "label": "Error rate", "returnData": true},
				query("errors", "HTTPCode_Target_5XX_Count"), query("requests", "RequestCount"),
			},
		}},
		{token: "aws:cloudwatch/logMetricFilter:LogMetricFilter", name: "errors", in: props{
			"logGroupName": "$app-logs.name", "pattern": "[error]",
			"metricTransformation": props{"name": "errors", "namespace": "LiveBeats", "value": "1", "defaultValue": "0"},
		}},
		{token: "aws:cloudwatch/dashboard:Dashboard", name: "board", in: props{
			"dashboardName": "live-beats", "dashboardBody": `{"widgets": [{"type": "metric", "x": 0, "y": 0, "width": 12,
 "height": 6, "properties": {"region": "` + region + `", "title": "CPU",
 "metrics": [["AWS/ECS", "CPUUtilization", "ClusterName", "${cluster.name}"]]}}]}`,
		}},
		{token: "aws:cloudwatch/logResourcePolicy:LogResourcePolicy", name: "dns-logs", in: props{
			"policyName": "dns", "policyDocument": strings.ReplaceAll(
				resourcePolicy(`"route53.amazonaws.com"`, `logs:CreateLogStream", "logs:PutLogEvents`, "*"), `"AWS"`, `"Service"`),
		}},
		{token: sandboxtest.LogGroup, name: "flow-logs", in: props{"retentionInDays": 14}},
		{token: "aws:ec2/flowLog:FlowLog", name: "flows", in: props{
			"vpcId": "$network.vpcId", "trafficType": "REJECT", "logDestination": "$flow-logs.arn",
			"iamRoleArn": "$flow-role.arn", "maxAggregationInterval": 60,
		}},
	}
}

func query(id, metric string) props {
	return props{"id": id, "metric": props{
		"metricName": metric, "namespace": "AWS/ApplicationELB", "period": 60, "stat": "Sum",
		"dimensions": props{"LoadBalancer": "$balancer.arnSuffix"},
	}}
}
