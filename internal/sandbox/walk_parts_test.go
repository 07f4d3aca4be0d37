package sandbox_test

func proof(certificate string) props {
	option := "$" + certificate + ".domainValidationOptions.0."
	return props{
		"zoneId": "$zone", "name": option + "resourceRecordName", "type": option + "resourceRecordType", "ttl": 60.0,
		"records": []any{option + "resourceRecordValue"},
	}
}

func scaling(in props) props {
	for _, name := range []string{"serviceNamespace", "scalableDimension", "resourceId"} {
		in[name] = "$scale." + name
	}
	return in
}

func statement(action, resource, principal string) string {
	return `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "` + action + `", "Resource": "` + resource +
		`", "Principal": ` + principal + `}]}`
}

func topicPolicy(action string) string {
	return statement(action, "${topic.arn}", `{"AWS": "arn:aws:iam::`+accountID+`:root"}`)
}

func servicePolicy(action string) string {
	return statement(action, "*", `{"Service": "es.amazonaws.com"}`)
}

func filesPolicy(action string) string {
	return statement(action, "*", `{"AWS": "arn:aws:iam::`+accountID+`:root"}`)
}

func bucketPolicy(action string) string {
	return statement(action, "arn:aws:s3:::walk/*", `{"AWS": "arn:aws:iam::652711504416:root"}`)
}

func webACL(name string) string {
	return "arn:aws:wafv2:eu-west-2:" + accountID + ":regional/webacl/" + name + "/11111111-2222-3333-4444-555555555555"
}

func keep(n string) string {
	return `{"rules": [{"rulePriority": 1, "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": ` + n +
		`}, "action": {"type": "expire"}}]}`
}

func dashboard(text string) string {
	return `{"widgets": [{"type": "text", "x": 0, "y": 0, "width": 6, "height": 3, "properties": {"markdown": "` + text + `"}}]}`
}
