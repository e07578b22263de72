"""Print the CloudWatch agent's configuration: which files go into which stream of the log group LOG_GROUP."""

import json
import os

FOLDER = "/var/lib/zhiyin-gateway/logs"
FILES = {
    "supervisor": "/var/log/zhiyin-gateway.log",
    "kamailio": f"{FOLDER}/kamailio.log",
    "rtpengine": f"{FOLDER}/rtpengine.log",
    "front": f"{FOLDER}/front.log",
    "nodes": f"{FOLDER}/node*.log",
    "first-start": "/var/log/cloud-init-output.log",
}

collected = [
    {"file_path": path, "log_group_name": os.environ["LOG_GROUP"], "log_stream_name": "{instance_id}/" + name}
    for name, path in FILES.items()
]
print(json.dumps({"logs": {"logs_collected": {"files": {"collect_list": collected}}}}))
