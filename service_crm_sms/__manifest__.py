{
    "name": "Service CRM: Messages",
    "summary": "Messages to customers and staff by SMS and e-mail",
    "version": "19.0.1.0.0",
    "category": "Services/Service CRM",
    "author": "Service CRM contributors",
    "license": "LGPL-3",
    "depends": ["service_crm", "sms"],
    "data": ["security/ir.model.access.csv"],
    "demo": [],
}
