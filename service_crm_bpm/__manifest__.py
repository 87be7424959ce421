{
    "name": "Service CRM: Processes",
    "summary": "Business processes and automated actions on any record",
    "version": "19.0.1.0.0",
    "category": "Services/Service CRM",
    "author": "Service CRM contributors",
    "license": "LGPL-3",
    "depends": ["service_crm"],
    "data": ["security/ir.model.access.csv"],
    "demo": [],
}
